import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { Namespace, Wire } from '../../testing/network.ts'
import { DROP_REASONS } from './drop-reasons.ts'
import { tcpConnection } from './tcp_connection.ts'

// What goes wrong on connections, each kind made on purpose, and the kernel's own totals beside ours.
let probe: AttachedProbe
before(() => { probe = new AttachedProbe(tcpConnection) })
after(() => probe.close())
// The kernel gives a new namespace the number of one that is gone.
beforeEach(() => {
  probe.seen('connection-closed')
  probe.observations.length = 0
})

const walk = () => probe.object.runIterator('tcp_sockets_of_tasks')
const strainOf = (cookie: number) => probe.seen('connection-strained').findLast((one) => one.cookie === cookie)
const closedIn = ({ inode }: Namespace) => probe.seen('connection-closed').filter((one) => one.socket.netns === inode)

/** A server that sends back as much as it got; prints the port. */
const ECHO = `import socket, threading
s = socket.socket(); s.bind(('0.0.0.0', 0)); s.listen(128); print(s.getsockname()[1], flush=True)
def serve(c):
  n = 0
  while True:
    d = c.recv(65536)
    if not d: break
    n += len(d)
  c.sendall(b'x' * n); c.close()
while True: threading.Thread(target=serve, args=(s.accept()[0],)).start()`

for (const percent of [1, 5]) {
  test(`with ${percent} % of packets lost, retransmits are the kernel's own total at both ends, and all bytes are there`, async () => {
    const wire = new Wire()
    try {
      wire.lose(100 / percent)
      const server = await wire.far.start(ECHO)
      wire.near.python(`import socket, threading
def talk(i):
  c = socket.socket(); c.connect(('10.213.0.2', ${server.line})); c.sendall(b'y' * (40000 + i)); c.shutdown(1)
  while c.recv(65536): pass
  c.close()
all = [threading.Thread(target=talk, args=(i,)) for i in range(60)]
[t.start() for t in all]; [t.join() for t in all]`)
      const ends = [wire.near, wire.far]
      for (const end of ends) await probe.until('all closed', () => closedIn(end).length === 60 || undefined)
      const retransmits = ends.map((end) => closedIn(end).reduce((sum, one) => sum + one.retransmits, 0))
      assert.deepEqual(retransmits, ends.map((end) => end.counter('Tcp', 'RetransSegs')))
      assert.ok(retransmits[0]! + retransmits[1]! > 0)
      const bytes = Array.from({ length: 60 }, (_, i) => 40_000 + i)
      for (const end of ends) assert.deepEqual(closedIn(end).map((one) => one.bytesReceived).toSorted((a, b) => a - b), bytes)
      server.child.kill()
      await server.ended()
    } finally {
      wire.remove()
    }
  })
}

/** Connects in vain for 1 s; prints the error. */
const TRY = "import socket; s = socket.socket(); s.setsockopt(6, 18, 1000); print(s.connect_ex(('10.213.0.2', 7)))"

test('a connect whose SYN is dropped by the peer’s firewall times out, and nothing was dropped here', async () => {
  const wire = new Wire()
  try {
    wire.far.nft('add table ip t; add chain ip t i { type filter hook input priority 0; }; add rule ip t i meta l4proto tcp drop')
    assert.equal(wire.near.python(TRY), '110')
    const [failed] = await probe.until('timeout', () => (closedIn(wire.near).length > 0 ? closedIn(wire.near) : undefined))
    assert.deepEqual([failed!.failure, failed!.role, failed!.retransmits], ['timeout', 'client', wire.near.counter('Tcp', 'RetransSegs')])
    assert.ok(failed!.retransmits > 0)
    assert.equal(strainOf(failed!.socket.cookie)?.drops ?? 0, 0)
  } finally {
    wire.remove()
  }
})

test('a connect whose SYN this host’s own firewall drops times out, and the drops say so', async () => {
  const wire = new Wire()
  try {
    const drops = () => Number(/packets (\d+)/.exec(wire.near.run('/usr/sbin/nft', 'list', 'ruleset'))![1])
    wire.near.nft('add table ip t; add chain ip t o { type filter hook output priority 0; }; add rule ip t o meta l4proto tcp counter drop')
    let failed: ReturnType<typeof closedIn>[number] | undefined
    let before = 0
    // Once in some dozens of runs the end of such a connect was not seen; why is not known yet.
    for (let attempt = 0; !failed && attempt < 3; attempt++) {
      before = drops()
      assert.equal(wire.near.python(TRY), '110')
      failed = await probe.until('timeout', () => closedIn(wire.near)[0], 10_000).catch(() => undefined)
    }
    assert.equal(failed?.failure, 'timeout')
    const dropped = drops() - before
    const strain = strainOf(failed!.socket.cookie)!
    assert.deepEqual([strain.drops, strain.dropReason, strain.resets], [dropped, 'NETFILTER_DROP', ''])
    probe.object.run('tcp_drops_told')
    const told = probe.seen('segments-dropped').filter((one) => one.reason === 'NETFILTER_DROP').reduce((sum, one) => sum + one.count, 0)
    assert.ok(told >= dropped, `${told} told of ${dropped}`)
  } finally {
    wire.remove()
  }
})

interface Pair { client: Socket; accepted: Socket; clientCookie: number; serverCookie: number; close(): void }

/** A connection whose accepted end reads nothing. */
async function pair(): Promise<Pair> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  const [[accepted]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(client, 'connect')])
  for (const socket of [client, accepted]) socket.on('error', () => undefined)
  const opened = (local: number, remote: number) => probe.until('open', (p) => p.seen('connection-opened').find((one) => one.socket.localPort === local && one.socket.remotePort === remote))
  const [clientCookie, serverCookie] = [(await opened(client.localPort!, port)).socket.cookie, (await opened(port, client.localPort!)).socket.cookie]
  return { client, accepted, clientCookie, serverCookie, close: () => void [client.destroy(), accepted.destroy(), server.close()] }
}

test('who reset a connection is known at both ends, and who refused one', async () => {
  const made = await pair()
  made.client.resetAndDestroy()
  for (const cookie of [made.clientCookie, made.serverCookie]) await probe.until('close', (p) => p.seen('connection-closed').find((one) => one.socket.cookie === cookie))
  assert.deepEqual([strainOf(made.clientCookie)?.resets, strainOf(made.serverCookie)?.resets], ['local', 'remote'])
  made.close()
  const refusing = connect({ host: '127.0.0.1', port: 1 })
  await once(refusing, 'error').catch(() => undefined)
  const refused = await probe.until('refusal', (p) => p.seen('connection-closed').find((one) => one.socket.remotePort === 1))
  assert.deepEqual([refused.failure, strainOf(refused.socket.cookie)?.resets], ['refused', 'remote'])
})

test('a program that doesn’t read closes its window: unread and unacknowledged bytes add up, the sender was limited, and all is over when it reads', async () => {
  walk()
  const { client, accepted, clientCookie, serverCookie, close } = await pair()
  const WRITTEN = 30 << 20
  client.write(Buffer.alloc(WRITTEN))
  const latest = (kind: 'connection-sampled', cookie: number) => probe.seen(kind).findLast((one) => one.socket.cookie === cookie)
  await probe.until('a closed window', () => {
    walk()
    return strainOf(serverCookie)?.zeroWindows === 'local' && strainOf(clientCookie)?.zeroWindows === 'remote' && strainOf(clientCookie)?.windowLimitedNs ? true : undefined
  })
  const [sender, reader] = [strainOf(clientCookie)!, strainOf(serverCookie)!]
  assert.equal(reader.unreadBytes, latest('connection-sampled', serverCookie)!.bytesReceived)
  assert.ok(reader.unreadBytes > 0 && sender.unackedBytes > 0 && reader.unreadBytes + sender.unackedBytes <= WRITTEN)
  assert.deepEqual([reader.unackedBytes, sender.unreadBytes, sender.unreadNs], [0, 0, 0])
  const seenFor = await probe.until('unread for longer', () => (walk(), strainOf(serverCookie)!.unreadNs > 300e6 ? strainOf(serverCookie)! : undefined))
  assert.equal(seenFor.unreadBytes, reader.unreadBytes)
  assert.equal(seenFor.unreadMostNs, seenFor.unreadNs)
  accepted.resume()
  await probe.until('all read', () => accepted.bytesRead === WRITTEN || undefined)
  await probe.until('nothing unread', () => (walk(), strainOf(serverCookie)!.unreadBytes === 0 && strainOf(clientCookie)!.unackedBytes === 0 || undefined))
  const [sent, read] = [strainOf(clientCookie)!, strainOf(serverCookie)!]
  assert.deepEqual([sent.zeroWindows, read.zeroWindows, read.unreadNs], ['', '', 0])
  assert.ok(read.unreadMostNs >= 300e6)
  assert.ok(sent.windowLimitedNs! >= 300e6, `${sent.windowLimitedNs}`)
  close()
})

test('a full accept queue: its length, its limit, and as many turned away as the kernel says; then its end', async () => {
  const alone = new Namespace(`sonde-${process.pid}q`)
  try {
    const program = await alone.start(`import socket, sys
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(3)
c = [socket.socket() for _ in range(9)]
for one in c: one.setblocking(False); one.connect_ex(s.getsockname())
print(s.getsockname()[1], flush=True)
sys.stdin.readline()
for one in c: one.close()
s.close(); print('closed', flush=True); sys.stdin.readline()`)
    const listener = await probe.until('listener', (p) => p.seen('listener-seen').find((one) => one.socket.netns === alone.inode))
    assert.equal(listener.socket.localPort, Number(program.line))
    const latest = () => probe.seen('accept-queue-measured').findLast((one) => one.cookie === listener.socket.cookie)!
    const full = await probe.until('a full queue', () => (walk(), latest().length > 3 ? latest() : undefined))
    assert.deepEqual([full.length, full.limit, full.closed], [4, 3, false])
    const closed = once(program.child.stdout!, 'data')
    program.child.stdin!.write('\n')
    await closed
    const end = await probe.until('its end', () => (latest().closed ? latest() : undefined))
    assert.equal(end.drops, alone.counter('TcpExt', 'ListenDrops'))
    assert.ok(end.drops > 0)
    program.child.stdin!.end('\n')
    await program.ended()
  } finally {
    alone.remove()
  }
})

test('names of drop reasons stand in the same order in the program and in its reader', () => {
  const header = readFileSync(join(import.meta.dirname, 'drop_reasons.h'), 'utf8')
  assert.deepEqual(DROP_REASONS, ['OTHER', ...[...header.matchAll(/^\tX\((\w+)\)/gm)].map(([, name]) => name)])
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
