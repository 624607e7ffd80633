import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { exporterCases } from '../exporter.cases.ts'
import { freePort } from '../test-port.ts'
import { openHub } from './index.ts'
import { TestHub } from './test-hub.ts'
import { endLives, folder, live, lost, nextRow, numbered, range, sorted, until } from './test-life.ts'

after(endLives)

for (const transport of ['a Unix socket', 'loopback'] as const) {
  exporterCases(`hub over ${transport}`, {
    tooMany: 60,
    batch: numbered,
    async open(destination) {
      const data = await folder()
      const hub = new TestHub(transport === 'loopback' ? await freePort() : join(data, 'ingest.sock'))
      if (destination === 'alive') await hub.listen()
      const life = live(hub, data, { memoryBytes: 100_000, spoolBytes: 300_000, spoolAfterMs: 0 })
      return { ...life, receivedRows: () => hub.rows.length, tearDown: () => hub.kill() }
    },
  })
}

test('an address that is none is a sentence', () => {
  assert.throws(() => openHub({ url: 'http://x' }, {} as never), /exporters\.hub\.url: "http:\/\/x" is no WebSocket address/)
  assert.equal(openHub(undefined, {} as never), undefined)
})

test('a hub killed again and again gets every row once', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 20)
  const { exporter, losses } = live(hub, data, { spoolAfterMs: 40, memoryBytes: 200_000 })
  const first = nextRow()
  for (let round = 0; round < 6; round++) {
    await hub.listen()
    for (let i = 0; i < 30; i++) {
      exporter.accept(numbered(50))
      if (i % 5 === 0) await sleep(round * 3)
    }
    await hub.kill()
    await sleep(30)
  }
  await hub.listen()
  await exporter.flush(20_000)
  assert.deepEqual(hub.rows, range(first, nextRow()))
  assert.equal(exporter.health().sent, nextRow() - first)
  assert.equal([...losses.all()].length, 0)
  assert.equal(new Set(hub.hellos).size, 1)
  await exporter.close()
  await hub.kill()
  assert.deepEqual(await readdir(join(data, 'spool')), [])
})

test('a collector that was killed: its spool is sent first, with its own stream, and all that was old enough is there', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 5)
  const first = nextRow()
  const dead = live(hub, data, { spoolAfterMs: 0 })
  for (let i = 0; i < 40; i++) dead.exporter.accept(numbered(20))
  await until(() => dead.exporter.bounds()['exporter.hub memory']![0] === 0)
  // Its process would end here. Its timers live on in this one, but it has nothing left to do: there is no hub.
  const files = await readdir(join(data, 'spool'))
  assert.equal(files.length, 1)
  const copy = await folder()
  await cp(join(data, 'spool'), join(copy, 'spool'), { recursive: true })
  await dead.exporter.close()

  await hub.listen()
  const { exporter, losses } = live(hub, copy, {}, (self) => self.accept(numbered(1), 'snapshot'))
  exporter.accept(numbered(20))
  await exporter.flush(20_000)
  assert.deepEqual(sorted(hub.rows), range(first, nextRow()))
  assert.deepEqual(hub.rows.slice(0, 800), range(first, first + 800))
  assert.deepEqual(hub.hellos, [files[0], hub.hellos[1]])
  assert.equal(hub.modes.at(-1), 'snapshot')
  assert.equal([...losses.all()].length, 0)
  await exporter.close()
  await hub.kill()
  assert.deepEqual(await readdir(join(copy, 'spool')), [])
})

test('a process killed with SIGKILL: the next one delivers what it left, each row once, without a gap', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 150)
  await hub.listen()
  const source = `
    import { HubExporter } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    import { Losses } from ${JSON.stringify(new URL('../../health/losses.ts', import.meta.url).href)}
    import { LOSSES, TableBuilder } from '@sonde/shared/signal'
    const exporter = new HubExporter({ url: ${JSON.stringify(hub.url)}, spoolAfterMs: 50 }, {
      host: { id: 'h', name: 'h', kernel: '6' }, version: '0', dataDirectory: ${JSON.stringify(data)}, losses: new Losses(), snapshot() {}, onControl() {}, onAttention() {} })
    const builder = new TableBuilder(LOSSES)
    let n = 0
    setInterval(() => {
      builder.setInteger(builder.column('count'), builder.addRow(), n++)
      exporter.accept(builder.take())
      process.stdout.write(n + '\\n')
    }, 2)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname })
  let made = 0
  child.stdout.on('data', (text: Buffer) => (made = Number(text.toString().trim().split('\n').at(-1))))
  await until(() => made > 200)
  await hub.kill()
  const whenHubDied = made
  await until(() => made > whenHubDied + 300)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await hub.listen()
  const { exporter, losses } = live(hub, data)
  await until(() => hub.hellos.length >= 3)
  await until(() => exporter.health().queued === 0)
  assert.deepEqual(hub.rows, range(0, hub.rows.length))
  assert.ok(hub.rows.length > whenHubDied, `${hub.rows.length} of ${made}`)
  assert.ok(lost(losses, 'spool damaged or torn') <= 1)
  await exporter.close()
  await hub.kill()
})

test('a former life\'s frames the hub already has are not sent again', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 5)
  const dead = live(hub, data, { spoolAfterMs: 0 })
  const first = nextRow()
  for (let i = 0; i < 10; i++) dead.exporter.accept(numbered(1))
  await dead.exporter.close()
  const [stream] = await readdir(join(data, 'spool'))
  hub.committed.set(stream!, 7)
  await hub.listen()
  const { exporter } = live(hub, data)
  await until(() => hub.hellos.length === 2)
  assert.deepEqual(hub.rows, range(first + 7, first + 10))
  assert.equal(hub.repeated, 0)
  await exporter.close()
  await hub.kill()
})

test('a full spool gives up the oldest rows and counts each', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 5)
  const { exporter, losses } = live(hub, data, { spoolAfterMs: 0, spoolBytes: 64 << 10 })
  const first = nextRow()
  for (let i = 0; i < 60; i++) {
    exporter.accept(numbered(100))
    if (i % 10 === 9) await until(() => exporter.bounds()['exporter.hub memory']![0] === 0)
  }
  const { dropped, queued } = exporter.health()
  assert.equal(queued + dropped, 6000)
  assert.ok(dropped > 0 && exporter.bounds()['exporter.hub spool']![0] <= 64 << 10)
  await hub.listen()
  await exporter.flush(20_000)
  assert.deepEqual(hub.rows, range(first + dropped, nextRow()))
  assert.equal(lost(losses, 'spool full'), dropped)
  await exporter.close()
  await hub.kill()
})

test('damage in a spool costs what is behind it in its file, counted, and nothing else', async () => {
  const data = await folder()
  const hub = new TestHub(join(data, 'ingest.sock'), 5)
  const { exporter, losses } = live(hub, data, { spoolAfterMs: 0, spoolBytes: 128 << 10 })
  const first = nextRow()
  for (let i = 0; i < 40; i++) {
    exporter.accept(numbered(30))
    if (i % 4 === 3) await until(() => exporter.bounds()['exporter.hub memory']![0] === 0)
  }
  const [stream] = await readdir(join(data, 'spool'))
  const files = (await readdir(join(data, 'spool', stream!))).sort()
  assert.ok(files.length >= 2)
  const path = join(data, 'spool', stream!, files[0]!)
  const bytes = await readFile(path)
  bytes[Math.floor(bytes.length / 2)]! ^= 1
  await writeFile(path, bytes)
  await hub.listen()
  await exporter.flush(20_000)
  const missing = lost(losses, 'spool damaged or torn')
  assert.ok(missing > 0 && missing < 1200)
  assert.equal(hub.rows.length, 1200 - missing)
  assert.equal(new Set(hub.rows).size, hub.rows.length)
  assert.ok(hub.rows.includes(first) && hub.rows.includes(nextRow() - 1))
  assert.equal(exporter.health().dropped, missing)
  await exporter.close()
  await hub.kill()
})

test('rubbish in the spool folder stops nothing', async () => {
  const data = await folder()
  const stream = '000000000000001-0123456789abcdef'
  await mkdir(join(data, 'spool', stream), { recursive: true })
  await mkdir(join(data, 'spool', 'not a stream'))
  await writeFile(join(data, 'spool', stream, '0000000000000001.seg'), Buffer.alloc(5000, 0xff))
  await writeFile(join(data, 'spool', stream, '0000000000000002.seg'), '')
  const hub = new TestHub(join(data, 'ingest.sock'))
  await hub.listen()
  const { exporter, losses } = live(hub, data)
  exporter.accept(numbered(3))
  await exporter.flush(10_000)
  assert.equal(hub.rows.length, 3)
  assert.equal(lost(losses, 'spool damaged or torn'), 1)
  await exporter.close()
  await hub.kill()
  assert.deepEqual(await readdir(join(data, 'spool')), ['not a stream'])
})

test('a disk that refuses is said, and memory keeps what it can', async () => {
  const data = await folder()
  await writeFile(join(data, 'spool'), 'a file where the folder should be')
  const hub = new TestHub(join(data, 'ingest.sock'))
  const { exporter, losses } = live(hub, data, { spoolAfterMs: 0 })
  exporter.accept(numbered(3))
  await until(() => lost(losses, 'spool refused by the disk') > 0)
  assert.equal(exporter.health().state, 'failing')
  assert.match(exporter.health().lastError!, /ENOTDIR|EEXIST/)
  await hub.listen()
  await exporter.flush(10_000)
  assert.equal(hub.rows.length, 3)
  assert.equal(exporter.health().dropped, 0)
  await exporter.close()
  await hub.kill()
})
