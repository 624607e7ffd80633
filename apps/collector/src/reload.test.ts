import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { ExporterConfigError } from './exporters/index.ts'
import { Reloader, type Reloadable } from './reload.ts'

/** A collector that notes what is set, and a file that is edited. */
function setUp(first: string, reopen: Reloadable['reopen'] = () => Promise.resolve()) {
  const file = { text: first }
  const read = () => readConfig({ args: [], environment: {}, workingDirectory: '/work', readFile: () => file.text }).config
  const done: string[] = []
  const notices: string[] = []
  const target: Reloadable = {
    setEnabled: (probe, enabled) => void done.push(`${probe} ${enabled}`),
    setRules: (rules) => void done.push(`rules ${rules.map(({ name }) => name).join()}`),
    setPeers: (peers) => void done.push(`peers ${JSON.stringify(peers)}`),
    async reopen(exporter, config) {
      done.push(`${exporter} ${JSON.stringify(config.exporters[exporter])}`)
      await reopen(exporter, config)
    },
  }
  const reloader = new Reloader({ config: read(), read, target, onNotice: (text) => notices.push(text) })
  return {
    async edit(text: string) {
      file.text = text
      await reloader.reload()
      return { done: done.splice(0), notices: notices.splice(0) }
    },
  }
}

test('what changed is applied and said, and nothing else', async () => {
  const { edit } = setUp('probes: { exchange: { enabled: off }, block_io: { enabled: on } }')
  assert.deepEqual(await edit('probes: { exchange: { enabled: off }, block_io: { enabled: on } } # a comment'), { done: [], notices: ['the configuration was read again: nothing changed'] })
  const { done, notices } = await edit('probes: { block_io: { enabled: off } }\nservices: [{ name: shop, port: 80 }]\npeers: { 10.0.0.1: db }\nexporters: { otlp: { enabled: off }, prometheus: { listen: "[::1]:80" } }\nmemory: { ceilingBytes: 1GiB }\nweb: { retention: { days: 1 } }')
  assert.deepEqual(done, ['exchange true', 'block_io false', 'rules shop', 'peers {"10.0.0.1":"db"}', 'otlp {"enabled":false}', 'prometheus {"enabled":true,"listen":"[::1]:80"}'])
  assert.deepEqual(notices, [
    'the configuration was read again; applied: probes.exchange.enabled, probes.block_io.enabled = false, services, peers, exporters.otlp.enabled = false, exporters.prometheus.listen = [::1]:80; only after a restart: memory.ceilingBytes = 1073741824',
  ])
})

test('a probe that the file no longer mentions is as it is by default', async () => {
  const { edit } = setUp('probes: { exchange: { enabled: off } }')
  assert.deepEqual((await edit('')).done, ['exchange true'])
})

test('a configuration that is not understood changes nothing', async () => {
  const { edit } = setUp('')
  const { done, notices } = await edit('peers: { 10.0.0.1: db }\nprobes: { exchagne: { enabled: off } }')
  assert.deepEqual(done, [])
  assert.match(notices.join(), /^the configuration was read again and is not understood, so nothing changed: .*probes\.exchagne: there is no such probe \(did you mean probes\.exchange\?\)$/)
  assert.deepEqual((await edit('peers: { 10.0.0.1: db }')).done, ['peers {"10.0.0.1":"db"}'])
})

test('an exporter that cannot be made again is said to be off', async () => {
  const { edit } = setUp('', () => Promise.reject(new ExporterConfigError('exporters.otlp: "x" is no address')))
  const { notices } = await edit('exporters: { otlp: { endpoint: x } }')
  assert.deepEqual(notices[0], 'otlp is off: exporters.otlp: "x" is no address')
})
