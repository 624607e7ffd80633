import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cell } from '@sonde/shared/signal'
import { readConfig } from './config.ts'
import { Losses } from './health/losses.ts'
import { replayAtOnce } from './replay-at-once.ts'
import { watchHost } from './watch-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'sonde-record-'))
after(() => rmSync(folder, { recursive: true }))
const PORT = 22110
const REQUESTS = 40

const PROGRAM = `
  import { createServer, get } from 'node:http'
  const server = createServer((request, response) => response.writeHead(request.url === '/7' ? 404 : 200).end('ok'))
  server.listen(${PORT}, '127.0.0.1', async () => {
    for (let i = 0; i < ${REQUESTS}; i++) await new Promise((done) => get({ host: '127.0.0.1', port: ${PORT}, path: '/' + i }, (r) => r.resume().on('end', done)))
    process.exit(0)
  })`

test('a recording of this host replays to the requests that were made, each at both ends', async () => {
  const file = join(folder, 'host.rec')
  const problems: string[] = []
  const losses = new Losses()
  const { config } = readConfig({ args: ['--record', file, '--no-statistics'], environment: {}, workingDirectory: folder })
  const source = watchHost({
    config, losses, version: '0', host: { id: 'h', name: 'n', kernel: 'k' }, onProblem: ({ what }) => problems.push(what),
    observe: () => {},
  }, [])
  const ticking = setInterval(() => source.tick(source.now()), 50)
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: 'inherit' })
  await once(child, 'exit')
  await sleep(200)
  clearInterval(ticking)
  await source.close()
  assert.deepEqual(problems, [])
  assert.deepEqual(source.problems(), [])

  const replayed = await replayAtOnce(file)
  assert.equal(replayed.damage, undefined)
  assert.deepEqual([...replayed.losses.all()].filter(({ count }) => count > 0), [])
  const rows = replayed.batches.flatMap((batch) => {
    if (batch.schema.name !== 'requests') return []
    return Array.from({ length: batch.rowCount }, (_, row) => (column: string) => cell(batch, column, row))
  })
  const ours = rows.filter((of) => of('localPort') === PORT || of('remotePort') === PORT)
  for (const role of [0, 1]) {
    const told = ours.filter((of) => of('role') === role).map((of) => `${of('method')} ${of('path')} ${of('status')}`)
    assert.deepEqual(told.sort(), Array.from({ length: REQUESTS }, (_, i) => `GET /${i} ${i === 7 ? 404 : 200}`).sort())
  }
  assert.deepEqual([...new Set(ours.map((of) => of('service')))], ['node'])
})
