import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bootNanoseconds } from '@sonde/libbpf'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { Crowd } from '../../testing/crowd.ts'
import { tcpConnection } from './tcp_connection.ts'

// A ring of 64 KiB holds some 580 of the 800 records of either burst.
const RING_BYTES = 65_536
const CONNECTIONS = 400
const LEFT = 5
const MOST_WALKS = 20
let probe: AttachedProbe
let crowd: Crowd

before(async () => {
  crowd = await Crowd.start(CONNECTIONS, LEFT)
  probe = new AttachedProbe(tcpConnection, { ringBytes: RING_BYTES })
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

/** While ends were lost the walks list; then they stop. */
function walkUntilQuiet() {
  for (let walks = 0; walks < MOST_WALKS; walks++) {
    const known = parts().length
    walk()
    if (parts().length === known) return
  }
  assert.fail('walks go on listing')
}

// The machine's other connections fill the ring, too, and their ends may be lost beside ours.
test('connections that found no room when they were opened are told by the next walks, each once, as if they had', () => {
  crowd.open()
  const openedBy = bootNanoseconds()
  const before = opened()
  assert.ok(before.length < 2 * CONNECTIONS, `${before.length} found room`)
  for (let walks = 0; opened().length < 2 * CONNECTIONS && walks < MOST_WALKS; walks++) walk()
  const all = opened()
  assert.deepEqual([all.length, new Set(all.map(({ socket }) => socket.cookie)).size], [2 * CONNECTIONS, 2 * CONNECTIONS])
  assert.deepEqual(all.filter(({ existing }) => existing), [])
  const late = all.slice(before.length)
  assert.ok(late.every(({ role, connectNs }) => role === 'server' ? connectNs === undefined : connectNs! > 0 && connectNs! < 60e9))
  // They say when they were opened, not when they were told.
  assert.ok(late.every(({ at }) => at < openedBy))
})

test('ends that found no room are lost and counted; then walks list all that lives, two of them whole, until nothing more is lost', () => {
  walkUntilQuiet()
  const known = parts().length
  const losses = probe.losses()
  crowd.close()
  const lost = 2 * (CONNECTIONS - LEFT) - closed().length
  assert.ok(lost > 0)
  assert.ok(probe.losses() - losses >= lost, `${probe.losses() - losses} of ${lost}`)
  walkUntilQuiet()
  const told = parts().slice(known)
  const walks = [...new Set(told.map(({ startedAt }) => startedAt))].map((startedAt) => told.filter((one) => one.startedAt === startedAt))
  const whole = walks.filter((ofWalk) => ofWalk.at(-1)!.last && ofWalk.at(-1)!.listed === ofWalk.flatMap(({ cookies }) => cookies).length)
  assert.ok(whole.length >= 2)
  const endsOfCrowd = new Set(opened().map(({ socket }) => socket.cookie))
  for (const ofWalk of whole) {
    const cookies = ofWalk.flatMap((one) => one.cookies)
    assert.equal(new Set(cookies).size, cookies.length)
    assert.equal(cookies.filter((cookie) => endsOfCrowd.has(cookie)).length, 2 * LEFT)
  }
})
