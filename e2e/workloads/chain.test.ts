import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { startChain } from './chain.ts'
import { sendExactly } from './exact-client.ts'

test('a request goes through all five, and nothing is left behind', async () => {
  const chain = await startChain(27_520)
  try {
    const answer = await fetch(`http://127.0.0.1:${chain.port}/order/7`)
    assert.deepEqual([answer.status, await answer.json()], [200, { item: 'item 7', visit: 1 }])
    const { counts, failed } = await sendExactly({ port: chain.port, requests: 300, threads: 3, kinds: [{ method: 'GET', path: '/order/1', weight: 2 }, { method: 'GET', path: '/order/1000' }] })
    assert.equal(failed, 0)
    assert.deepEqual(counts.map(({ status, count }) => [status, count]), [[200, 200], [404, 100]])
    const last = await fetch(`http://127.0.0.1:${chain.port}/order/2`)
    assert.deepEqual(await last.json(), { item: 'item 2', visit: 302 })
  } finally {
    await chain.stop()
  }
  for (const pid of Object.values(chain.pids)) assert.equal(existsSync(`/proc/${pid}`), false)
})
