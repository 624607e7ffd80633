import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TestHub } from './test-hub.ts'
import { endLives, folder, live, nextRow, numbered, range, until } from './test-life.ts'

after(endLives)

const HOSTILE: [string, string | Buffer][] = [
  ['an acknowledgement of what was never sent', '{"type":"ack","committed":99}'],
  ['a second welcome', '{"type":"welcome","committed":0}'],
  ['bytes', Buffer.from([1, 2, 3])],
  ['no JSON', '{'],
  ['null', 'null'],
  ['an array', '[]'],
  ['an unknown type', '{"type":"__proto__"}'],
  ['a fraction', '{"type":"ack","committed":0.5}'],
  ['a negative number', '{"type":"ack","committed":-1}'],
  ['control of a name with a newline', '{"type":"control","probe":"a\\nb","enabled":true}'],
  ['control with a string for a truth', '{"type":"control","probe":"exchange","enabled":"yes"}'],
  ['a message of 100 kB', `{"type":"refused","reason":"${'x'.repeat(100_000)}"}`],
]
for (const [what, message] of HOSTILE) {
  test(`a hub that sends ${what} is left, and the next session begins where the rows end`, async () => {
    const data = await folder()
    const hub = new TestHub(join(data, 'ingest.sock'))
    await hub.listen()
    const { exporter, controls } = live(hub, data)
    exporter.accept(numbered(2))
    await exporter.flush(10_000)
    hub.send(message)
    await until(() => hub.hellos.length === 2)
    exporter.accept(numbered(2))
    await exporter.flush(10_000)
    assert.deepEqual(hub.rows, range(nextRow() - 4, nextRow()))
    assert.deepEqual(controls, [])
    await exporter.close()
    await hub.kill()
  })
}

test('old acknowledgements are harmless, control arrives, health goes out', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'))
  await hub.listen()
  const { exporter, controls } = live(hub, data)
  for (let i = 0; i < 3; i++) exporter.accept(numbered(1))
  await exporter.flush(10_000)
  hub.send({ type: 'ack', committed: 1 })
  hub.send({ type: 'control', probe: 'tcp_connection', enabled: false })
  await until(() => controls.length === 1)
  assert.deepEqual(controls, [['tcp_connection', false]])
  exporter.report({ version: '0' } as never)
  await until(() => hub.healths.length === 1)
  assert.deepEqual(hub.healths[0], { type: 'health', report: { version: '0' } })
  assert.equal(hub.hellos.length, 1)
  await exporter.close()
  await hub.kill()
})

test('a refusal is shown without its control characters', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'))
  hub.onHello = (socket) => socket.send(JSON.stringify({ type: 'refused', reason: 'no\u0000\u202e\n' }))
  await hub.listen()
  const { exporter } = live(hub, data)
  await until(() => exporter.health().lastError !== null)
  assert.equal(exporter.health().lastError, 'the hub refused: no\ufffd\ufffd\ufffd')
  assert.notEqual(exporter.health().state, 'connected')
  await exporter.close()
  await hub.kill()
})
