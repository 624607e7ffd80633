import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesBetween, ConfigError, describeChanges, nearestName, parseListen, parsePlace, printedSettings, readConfiguration, reference, settingLines } from './index.ts'
import { SETTINGS } from './settings.ts'

interface Given {
  args?: string[]
  environment?: Record<string, string>
  files?: Record<string, string>
}

const PROBES = ['exchange', 'tcp_connection', 'block_io']

function read({ args = [], environment = {}, files = {} }: Given) {
  return readConfiguration({
    args, environment, workingDirectory: '/work', probes: PROBES,
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return text
    },
  })
}
const config = (given: Given) => read(given).config
const file = (text: string): Given => ({ files: { '/work/sonde.config.yaml': text } })

function refused(given: Given): string {
  try {
    config(given)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.mistakes.map(({ what, fix }) => `${what} | ${fix}`).join('\n')
  }
  throw new Error('was taken')
}

test('defaults stand alone', () => {
  assert.deepEqual(config({}), {
    dataDir: '/var/lib/sonde', probes: {}, services: [], peers: {}, exporters: { otlp: { enabled: true }, prometheus: { enabled: true, listen: '127.0.0.1:7664' }, recording: {} }, hub: { enabled: true },
    memory: { ceilingBytes: 209715200 }, statistics: true, replay: { loop: false, speed: 1 },
    web: { listen: '127.0.0.1:7663', pages: true, retention: { days: 7, bytes: 2e9 }, seal: { seconds: 600, rows: 1e6 }, store: { memory: '1GB', threads: 1 } },
  })
})

test('flags win over variables, variables over the file, setting by setting', () => {
  const files = { '/work/sonde.config.yaml': 'dataDir: /file\nhub: { url: "ws://file", memoryBytes: 1MiB }\nprobes: { exchange: { ringBytes: 4MiB } }' }
  assert.equal(config({ files }).dataDir, '/file')
  assert.equal(config({ files, environment: { SONDE_DATA_DIR: '/variable' } }).dataDir, '/variable')
  assert.equal(config({ files, environment: { SONDE_DATA_DIR: '' } }).dataDir, '/file', 'an empty variable says nothing')
  const all = config({ files, environment: { SONDE_DATA_DIR: '/variable', SONDE_PROBES_OFF: 'exchange, tcp_connection', SONDE_PROBES_ON: 'block_io' }, args: ['--data-dir', '/flag', '--probe-on', 'exchange'] })
  assert.equal(all.dataDir, '/flag')
  assert.deepEqual(all.hub, { url: 'ws://file', enabled: true, memoryBytes: 1048576 })
  assert.deepEqual(all.probes, { exchange: { ringBytes: 4194304, enabled: true }, tcp_connection: { enabled: false }, block_io: { enabled: true } })
})

test('every variable and every flag sets what it is for', () => {
  const SAMPLES: Record<string, string> = {
    'web.listen': '127.0.0.1:1', 'exporters.prometheus.listen': '127.0.0.1:2', 'web.retention.days': '1', 'web.retention.bytes': '1GiB', 'web.seal.rows': '2000', 'exporters.otlp.protocol': 'grpc', 'web.store.threads': '3', 'replay.speed': '2',
  }
  for (const { path, variable, flag, takes } of SETTINGS) {
    const value = SAMPLES[path.join('.')] ?? (takes === 'on or off' ? 'off' : takes.startsWith('bytes') || /number|seconds/.test(takes) ? '12345' : 'text')
    const without = JSON.stringify(config({}))
    if (variable) assert.notEqual(JSON.stringify(config({ environment: { [variable]: value } })), without, variable)
    if (!flag) continue
    const args = [`--${flag.name}`, ...('value' in flag ? [value] : []), ...(path[0] === 'replay' && flag.name !== 'replay' ? ['--replay', 'x'] : [])]
    assert.notEqual(JSON.stringify(config({ args })), JSON.stringify(config(path[0] === 'replay' && flag.name !== 'replay' ? { args: ['--replay', 'x'] } : {})), flag.name)
  }
})

test('each value says where it comes from', () => {
  const files = { '/work/sonde.config.yaml': '# ours\nweb:\n  retention:\n    days: 3\nprobes:\n  exchange:\n    ringBytes: 4MiB\npeers:\n  10.0.0.7: db\nservices:\n  - { name: a, port: 80 }\n' }
  const printed = printedSettings(read({ files, environment: { SONDE_SEAL_ROWS: '5000', SONDE_PROBES_OFF: 'exchange' }, args: ['--listen', '[::1]:80', '--no-hub'] }))
  const from = (path: string) => printed.find((one) => one.path === path)
  assert.deepEqual(from('web.retention.days'), { path: 'web.retention.days', value: 3, from: '/work/sonde.config.yaml:4' })
  assert.deepEqual(from('probes.exchange.ringBytes'), { path: 'probes.exchange.ringBytes', value: 4194304, from: '/work/sonde.config.yaml:7' })
  assert.deepEqual(from('probes.exchange.enabled'), { path: 'probes.exchange.enabled', value: false, from: 'SONDE_PROBES_OFF' })
  assert.deepEqual(from('peers.10.0.0.7'), { path: 'peers.10.0.0.7', value: 'db', from: '/work/sonde.config.yaml:9' })
  assert.deepEqual(from('services'), { path: 'services', value: [{ name: 'a', port: 80 }], from: '/work/sonde.config.yaml:10' })
  assert.deepEqual(from('web.seal.rows'), { path: 'web.seal.rows', value: 5000, from: 'SONDE_SEAL_ROWS' })
  assert.deepEqual(from('web.listen'), { path: 'web.listen', value: '[::1]:80', from: '--listen' })
  assert.deepEqual(from('hub.enabled'), { path: 'hub.enabled', value: false, from: '--no-hub' })
  assert.deepEqual(from('dataDir'), { path: 'dataDir', value: '/var/lib/sonde', from: 'default' })
  assert.equal(settingLines([from('dataDir')!])[0], 'dataDir  /var/lib/sonde  default')
})

test('the file is looked for in the working directory, then in /etc/sonde, or where it is said to be', () => {
  const files = { '/etc/sonde/sonde.config.yaml': 'dataDir: /etc-file', '/elsewhere.yaml': 'dataDir: /elsewhere' }
  assert.equal(config({ files }).dataDir, '/etc-file')
  assert.equal(config({ files, args: ['--config', '/elsewhere.yaml'] }).dataDir, '/elsewhere')
  assert.equal(config({ files, environment: { SONDE_CONFIG: '/elsewhere.yaml' } }).dataDir, '/elsewhere')
  assert.match(refused({ files, args: ['--config', '/missing.yaml'] }), /there is no configuration file \/missing.yaml/)
})

const WRONG: readonly (readonly [string, Given, RegExp])[] = [
  ['a typo', file('\ndataDri: /x'), /^\/work\/sonde\.config\.yaml:2: dataDri: there is no such setting \| did you mean dataDir\?$/],
  ['a typo with nothing behind it', file('dataDri:'), /dataDri: there is no such setting/],
  ['a typo further in', file('exporters: { otlp: { endpiont: x } }'), /:1: exporters\.otlp\.endpiont: there is no such setting \| did you mean exporters\.otlp\.endpoint\?$/],
  ['a typo in a list', file('services: [{ name: a, comandLine: x }]'), /services\.0\.comandLine: there is no such setting \| did you mean services\.0\.commandLine\?\n/],
  ['a name near none', file('probes: { exchange: { size: 1 } }'), /probes\.exchange\.size: there is no such setting \| known here: enabled, ringBytes$/],
  ['a section in another place', file('\n\nretention: { days: 3 }'), /^\/work\/sonde\.config\.yaml:3: retention: there is no such setting \| did you mean web\.retention\?$/],
  ['a section like none', file('logging: { level: debug }'), /^\/work\/sonde\.config\.yaml:1: logging: there is no such setting \| known here: dataDir, /],
  ['an unknown probe', file('a: 1\nprobes:\n  exchagne: { enabled: off }'), /\n\/work\/sonde\.config\.yaml:3: probes\.exchagne: there is no such probe \| did you mean probes\.exchange\?$/],
  ['an unknown probe by variable', { environment: { SONDE_PROBES_OFF: 'nothing' } }, /^SONDE_PROBES_OFF: probes\.nothing: there is no such probe \| known here: exchange, tcp_connection, block_io$/],
  ['a rule without a condition', file('services: [{ name: a }]'), /services\.0: needs a condition/],
  ['no regular expression', file('services: [{ name: a, commandLine: "(" }]'), /services\.0\.commandLine: is not a regular expression/],
  ['no address', file('peers: { "300.1.1.1": x }'), /peers\.300\.1\.1\.1: is no address/],
  ['no power of two', file('probes: { exchange: { ringBytes: 3MiB } }'), /probes\.exchange\.ringBytes: must be a power of two/],
  ['another type', file('web: { retention: soon }'), /web\.retention: /],
  ['no YAML', file('a: [\n'), /sonde\.config\.yaml:\d: not YAML/],
  ['a key twice', file('dataDir: /a\ndataDir: /b'), /sonde\.config\.yaml:2: not YAML: Map keys must be unique/],
  ['no settings', file('just a text'), /holds no settings/],
  ['a prototype', file('__proto__: { dataDir: /x }'), /there is no such setting/],
  ['a number that is none', { environment: { SONDE_RETENTION_DAYS: 'x' } }, /^SONDE_RETENTION_DAYS: web\.retention\.days: must be a number from 0\.042 to 3650 \|/],
  ['a number out of bounds', { environment: { SONDE_SEAL_ROWS: '1' } }, /^SONDE_SEAL_ROWS: web\.seal\.rows: must be a whole number from 1000 to/],
  ['an address of others', { args: ['--listen', '0.0.0.0:80'] }, /^--listen: web\.listen: Sonde refuses to listen on 0\.0\.0\.0:80: .* \| listen on .*ssh -L/],
  ['no address to listen on', { args: ['--listen', 'here'] }, /is not an address with a port \| write 127\.0\.0\.1:7663/],
  ['an unknown variable', { environment: { SONDE_RETENSION_DAYS: '1' } }, /^SONDE_RETENSION_DAYS: there is no such variable \| did you mean SONDE_RETENTION_DAYS\?$/],
  ['an unknown flag', { args: ['--data-dri', 'x'] }, /^Unknown option '--data-dri' \| did you mean --data-dir\?$/],
  ['--loop alone', { args: ['--loop'] }, /belong to --replay/],
  ['a speed that is none', { args: ['--replay', 'x', '--speed', 'fast'] }, /^--speed: replay\.speed: must be a number/],
]
for (const [what, given, expected] of WRONG) test(`refused: ${what}`, () => assert.match(refused(given), expected))

test('every mistake is named, not the first alone', () => {
  const all = refused({ ...file('dataDri: /x\nstatistics: perhaps\nprobes: { exchagne: {} }'), environment: { SONDE_SEAL_ROWS: 'many' } }).split('\n')
  assert.deepEqual(all.map((line) => line.split(': ')[1]).sort(), ['dataDri', 'probes.exchagne', 'statistics', 'web.seal.rows'])
})

test("Sonde's own variables are no settings", () => assert.equal(config({ environment: { SONDE_SUPERVISOR_PID: '7', SONDE_TEST_EACH: '1', OTHER: 'x' } }).dataDir, '/var/lib/sonde'))

test('an empty file, and empty sections, are no mistake', () => {
  assert.equal(config(file('# nothing yet\n')).dataDir, '/var/lib/sonde')
  assert.deepEqual(config(file('hub:\nservices:\nprobes:\npeers: {}\n')), config({}))
})

test('replay', () => assert.deepEqual(config({ args: ['--replay', 'x.rec', '--loop', '--speed', '2'] }).replay, { file: 'x.rec', loop: true, speed: 2 }))

test('what changed, and what of it applies without a restart', () => {
  const before = config(file('dataDir: /a\nprobes: { exchange: { enabled: on } }\npeers: { 10.0.0.1: a }\nweb: { retention: { days: 1 } }'))
  const after = config(file('dataDir: /b\nprobes: { block_io: { enabled: on, ringBytes: 4MiB } }\npeers: { 10.0.0.1: b }\nweb: { retention: { days: 2 } }'))
  assert.deepEqual(changesBetween(before, before), [])
  assert.deepEqual(changesBetween(before, after).map(({ path, reloads, to }) => [path.join('.'), reloads, to]), [
    ['dataDir', false, '/b'], ['probes.exchange.enabled', true, undefined], ['probes.block_io.enabled', true, true], ['probes.block_io.ringBytes', false, 4194304],
    ['peers', true, { '10.0.0.1': 'b' }], ['web.retention.days', true, 2],
  ])
  assert.equal(
    describeChanges(changesBetween(before, after)),
    'the configuration was read again; applied: probes.exchange.enabled, probes.block_io.enabled = true, peers, web.retention.days = 2; only after a restart: dataDir = /b, probes.block_io.ringBytes = 4194304',
  )
  assert.equal(describeChanges([]), 'the configuration was read again: nothing changed')
})

test('the example of the reference is a configuration', () => {
  const example = config(file(/```yaml\n([\s\S]*?)```/.exec(reference())![1]!))
  assert.equal(example.services[0]!.name, 'checkout')
  assert.deepEqual([example.peers['10.0.0.7:5432'], example.probes.block_io, example.web.retention], ['orders-db', { enabled: true }, { days: 14, bytes: 8 * 2 ** 30 }])
})

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

test('addresses to listen on', () => {
  assert.deepEqual(parseListen('localhost:2'), { address: '127.0.0.1', port: 2 })
  assert.deepEqual(parseListen('[::1]:65535'), { address: '::1', port: 65535 })
  for (const wrong of ['127.0.0.1', '127.0.0.1:x', '127.0.0.1:99999', 'example:1', '::1:80', '']) assert.equal(parseListen(wrong), undefined, wrong)
})
