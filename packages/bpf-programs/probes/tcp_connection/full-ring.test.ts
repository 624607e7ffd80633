import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { Crowd } from '../../testing/crowd.ts'
import { tcpConnection } from './tcp_connection.ts'

// A ring of 64 KiB holds some 580 of the 800 records of either burst.
const RING_BYTES = 65_536
const CONNECTIONS = 400
const LEFT = 5
let probe: AttachedProbe
let crowd: Crowd

before(async () => {
  crowd = await Crowd.start(CONNECTIONS, LEFT)
  probe = new AttachedProbe(tcpConnection, { ringBytes: RING_BYTES })
  walk()
  walk()
})
after(async () => {
  probe?.close()
  await crowd?.end()
})

/** As the collector has it done each 5 s. */
function walk() {
  for (const program of ['tcp_sockets_of_tasks', 'tcp_sockets']) {
    probe.object.runIterator(program)
    probe.seen('connection-opened')
  }
}

const ofCrowd = ({ socket }: { readonly socket: { readonly localPort: number; readonly remotePort: number } }) => socket.localPort === crowd.port || socket.remotePort === crowd.port
const opened = () => probe.seen('connection-opened').filter(ofCrowd)
const closed = () => probe.seen('connection-closed').filter(ofCrowd)
const parts = () => probe.seen('connections-living')

test('connections that found no room when they were opened are told by the next walks, each once, as if they had', () => {
  crowd.open()
  const before = opened()
  assert.ok(before.length > 100 && before.length < 2 * CONNECTIONS, `${before.length} found room`)
  for (let walks = 0; opened().length < 2 * CONNECTIONS && walks < 5; walks++) walk()
  const all = opened()
  assert.deepEqual([all.length, new Set(all.map(({ socket }) => socket.cookie)).size], [2 * CONNECTIONS, 2 * CONNECTIONS])
  assert.deepEqual(all.filter(({ existing }) => existing), [])
  const late = all.slice(before.length)
  assert.ok(late.every(({ role, connectNs }) => role === 'server' ? connectNs === undefined : connectNs! > 0 && connectNs! < 60e9))
  // They say when they were opened, not when they were told.
  const lastInTime = Math.max(...before.map(({ at }) => at))
  assert.ok(late.every(({ at }) => at >= lastInTime && at < lastInTime + 60e9))
  assert.equal(probe.losses(), 0)
})

test('no walk lists what lives while nothing was lost', () => {
  const known = parts().length
  walk()
  assert.equal(parts().length, known)
})

test('ends that found no room are lost and counted; two walks then list all that lives, and no more than two', () => {
  const known = parts().length
  crowd.close()
  const lost = 2 * (CONNECTIONS - LEFT) - closed().length
  assert.ok(lost > 0)
  assert.equal(probe.losses(), lost)
  for (let i = 0; i < 3; i++) walk()
  const told = parts().slice(known)
  const walks = [...new Set(told.map(({ startedAt }) => startedAt))]
  assert.equal(walks.length, 2)
  const endsOfCrowd = new Map(opened().map(({ socket }) => [socket.cookie, socket]))
  for (const startedAt of walks) {
    const ofWalk = told.filter((one) => one.startedAt === startedAt)
    const cookies = ofWalk.flatMap(({ cookies }) => cookies)
    assert.deepEqual([ofWalk.filter(({ last }) => last).length, ofWalk.at(-1)!.last, new Set(cookies).size], [1, true, cookies.length])
    assert.equal(ofWalk.at(-1)!.listed, cookies.length)
    assert.equal(cookies.filter((cookie) => endsOfCrowd.has(cookie)).length, 2 * LEFT)
  }
})
