import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'
import { nearestName } from './config-errors.ts'
import { parsePlace } from './config-schema.ts'
import { parseHosts, peerNames } from './peer-names.ts'

interface Given {
  args?: string[]
  environment?: Record<string, string>
  files?: Record<string, string>
}

function config({ args = [], environment = {}, files = {} }: Given) {
  return readConfig({ args, environment, workingDirectory: '/work', readFile: (path) => files[path] })
}

function refused(given: Given): string {
  try {
    config(given)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return `${error.message} | ${error.fix}`
  }
  throw new Error('was taken')
}

test('defaults stand alone', () => {
  const { dataDir, hub, statistics, memory, exporters, replay } = config({})
  assert.deepEqual({ dataDir, hub, statistics, memory, exporters, replay }, {
    dataDir: '/var/lib/sonde', hub: { enabled: true }, statistics: true, memory: { ceilingBytes: 209715200 }, exporters: { otlp: { enabled: true } }, replay: undefined,
  })
})

test('flags win over variables, variables over the file', () => {
  const files = { '/work/sonde.config.yaml': 'dataDir: /file\nhub: { url: "ws://file", memoryBytes: 1MiB }\nprobes: { exchange: { ringBytes: 4MiB } }' }
  assert.equal(config({ files }).dataDir, '/file')
  assert.equal(config({ files, environment: { SONDE_DATA_DIR: '/variable' } }).dataDir, '/variable')
  const all = config({ files, environment: { SONDE_DATA_DIR: '/variable', SONDE_PROBES_OFF: 'exchange, tcp_connection' }, args: ['--data-dir', '/flag'] })
  assert.equal(all.dataDir, '/flag')
  assert.deepEqual(all.hub, { url: 'ws://file', enabled: true, memoryBytes: 1048576 })
  assert.deepEqual(all.probes, { exchange: { ringBytes: 4194304, enabled: false }, tcp_connection: { enabled: false } })
})

test('the file is looked for in the working directory, then in /etc/sonde, or where it is said to be', () => {
  const files = { '/etc/sonde/sonde.config.yaml': 'dataDir: /etc-file', '/elsewhere.yaml': 'dataDir: /elsewhere' }
  assert.equal(config({ files }).dataDir, '/etc-file')
  assert.equal(config({ files, args: ['--config', '/elsewhere.yaml'] }).dataDir, '/elsewhere')
  assert.match(refused({ files, args: ['--config', '/missing.yaml'] }), /there is no configuration file \/missing.yaml/)
})

test('what is not understood is named, with the nearest known name', () => {
  const file = (text: string) => ({ files: { '/work/sonde.config.yaml': text } })
  assert.equal(refused(file('dataDri: /x')), 'dataDri: there is no such setting | did you mean dataDir?')
  assert.equal(refused(file('exporters: { otlp: { endpiont: x } }')), 'exporters.otlp.endpiont: there is no such setting | did you mean exporters.otlp.endpoint?')
  assert.equal(refused(file('services: [{ name: a, comandLine: x }]')), 'services.0.comandLine: there is no such setting | did you mean services.0.commandLine?')
  assert.equal(refused(file('probes: { exchange: { ring: 1 } }')), 'probes.exchange.ring: there is no such setting | known here: enabled, ringBytes')
  assert.match(refused(file('services: [{ name: a }]')), /^services.0: needs a condition/)
  assert.match(refused(file('services: [{ name: a, commandLine: "(" }]')), /^services.0.commandLine: is not a regular expression/)
  assert.match(refused(file('peers: { "300.1.1.1": x }')), /^peers.300.1.1.1: is no address/)
  assert.match(refused(file('probes: { exchange: { ringBytes: 3MiB } }')), /^probes.exchange.ringBytes: must be a power of two/)
  assert.match(refused(file('a: [')), /is not YAML/)
  assert.match(refused(file('just a text')), /holds no settings/)
  assert.equal(refused({ args: ['--data-dri', 'x'] }), "Unknown option '--data-dri' | did you mean --data-dir?")
  assert.match(refused({ args: ['--loop'] }), /belong to --replay/)
  assert.match(refused({ args: ['--replay', 'x', '--speed', 'fast'] }), /^replay.speed/)
})

test('an empty file is no mistake', () => assert.equal(config({ files: { '/work/sonde.config.yaml': '# nothing yet\n' } }).dataDir, '/var/lib/sonde'))

test('replay', () => assert.deepEqual(config({ args: ['--replay', 'x.rec', '--loop', '--speed', '2'] }).replay, { file: 'x.rec', loop: true, speed: 2 }))

test('a name that is near none has no nearest', () => {
  assert.equal(nearestName('zzz', ['dataDir', 'hub']), undefined)
  assert.equal(nearestName('hbu', ['dataDir', 'hub']), undefined)
  assert.equal(nearestName('Hubs', ['dataDir', 'hub']), 'hub')
})

const PLACES: readonly (readonly [string, string | undefined])[] = [
  ['10.0.0.7', '10.0.0.7/32 0'], ['10.0.0.7:5432', '10.0.0.7/32 5432'], ['10.0.0.0/8', '10.0.0.0/8 0'], ['10.0.0.0/8:80', '10.0.0.0/8 80'],
  ['::1', '::1/128 0'], ['[2001:db8::1]:443', '2001:db8::1/128 443'], ['[2001:db8::/32]:443', '2001:db8::/32 443'], ['2001:db8::/32', '2001:db8::/32 0'],
  ['300.0.0.1', undefined], ['10.0.0.0/33', undefined], ['10.0.0.7:99999', undefined], ['db', undefined], ['', undefined], ['[::1', undefined], ['10.0.0.0/x', undefined],
]
for (const [text, expected] of PLACES) {
  test(`the place ${text} is ${expected}`, () => {
    const place = parsePlace(text)
    assert.equal(place && `${place.address}/${place.prefix} ${place.port}`, expected)
  })
}

test('peers are named by the narrowest rule, then by /etc/hosts', () => {
  const name = peerNames({ '10.0.0.0/8': 'intranet', '10.0.0.7': 'db', '10.0.0.7:6379': 'cache', '[2001:db8::/32]:443': 'partner' }, '192.0.2.9 mail mx # the old one\n10.9.9.9 hostsfile\n')
  assert.equal(name('10.0.0.7', 6379), 'cache')
  assert.equal(name('10.0.0.7', 5432), 'db')
  assert.equal(name('10.9.9.9', 1), 'intranet')
  assert.equal(name('2001:db8::5', 443), 'partner')
  assert.equal(name('2001:db8::5', 80), undefined)
  assert.equal(name('192.0.2.9', 25), 'mail')
  assert.equal(name('not an address', 25), undefined)
})

test('/etc/hosts: loopback and comments name nobody', () => {
  assert.deepEqual([...parseHosts('127.0.0.1 localhost\n::1 ip6-localhost\nff02::1 ip6-allnodes\n#1.2.3.4 x\n1.2.3.4\tfirst second\n1.2.3.4 later\n5.6.7.8\n')], [['1.2.3.4', 'first']])
})
