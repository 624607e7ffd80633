import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { startApache } from './apache.ts'
import { sendExactly, type RequestKind } from './exact-client.ts'
import { startGo } from './go.ts'
import { startNginxProxy, startNginxStatic } from './nginx.ts'
import { startNode } from './node.ts'
import { startGunicorn, startPython } from './python.ts'
import type { Workload } from './workload.ts'

const kinds: readonly RequestKind[] = [
  { method: 'GET', path: '/ok?n=%d', weight: 3 },
  { method: 'GET', path: '/item/%d' },
  { method: 'HEAD', path: '/ok' },
  { method: 'GET', path: '/missing' },
  { method: 'GET', path: '/fail' },
  { method: 'POST', path: '/echo-length', bodyBytes: 0 },
  { method: 'POST', path: '/echo-length', bodyBytes: 8_388_608 },
  { method: 'GET', path: '/bytes/8388608' },
]
const ROUND = 10
const statusOf = (path: string) => (path === '/missing' ? 404 : path === '/fail' ? 500 : 200)
const expected = (rounds: number) =>
  kinds.map(({ method, path, bodyBytes = 0, weight = 1 }) => ({ method, path, bodyBytes, status: statusOf(path), count: weight * rounds }))

async function answersAlike(port: number): Promise<void> {
  for (const how of [{}, { close: true, address: '::1' as const }, { threads: 4, headWrites: 3, noDelay: true }]) {
    const result = await sendExactly({ port, requests: ROUND * 4, kinds, ...how })
    assert.deepEqual([result.error, result.failed, result.wrongBodies], ['', 0, 0], JSON.stringify(how))
    assert.deepEqual(result.counts, expected(4))
  }
}

async function on(start: () => Promise<Workload>, use: (port: number) => Promise<void>): Promise<void> {
  const workload = await start()
  try {
    await use(workload.port)
  } finally {
    await workload.stop()
  }
  assert.equal(existsSync(`/proc/${workload.pid}`), false, 'it is gone')
}

test('nginx, files', () => on(() => startNginxStatic(27_501), answersAlike))
test('Apache', () => on(() => startApache(27_502), answersAlike))
test('Node', () => on(() => startNode(27_503), answersAlike))
test('Python', () => on(() => startPython(27_504), answersAlike))
test('gunicorn', () => on(() => startGunicorn(27_505), answersAlike))
test('Go', () => on(() => startGo(27_506), answersAlike))
test('nginx, passing on', () => on(() => startGo(27_507), (up) => on(() => startNginxProxy(27_508, { '/': `http://127.0.0.1:${up}` }), answersAlike)))

test('pipelined, and a byte at a time', () =>
  on(() => startNginxStatic(27_509), async (port) => {
    const small = [{ method: 'GET', path: '/ok?n=%d' }, { method: 'HEAD', path: '/item/%d' }] as const
    for (const how of [{ depth: 8 }, { oneByteWrites: true, noDelay: true }, { depth: 4, threads: 3, headWrites: 2, pauseUs: 200, noDelay: true }]) {
      const { counts, failed } = await sendExactly({ port, requests: 200, kinds: small, ...how })
      assert.equal(failed, 0)
      assert.deepEqual(counts.map(({ path, status, count }) => [path, status, count]), [['/ok?n=%d', 200, 100], ['/item/%d', 200, 100]])
    }
  }))

test('requests that nobody answers are counted as failed', async () => {
  const result = await sendExactly({ port: 27_510, requests: 10, kinds: [{ method: 'GET', path: '/' }], threads: 2 })
  assert.deepEqual([result.sent, result.answered, result.failed, result.error], [10, 0, 10, 'Connection refused'])
})
