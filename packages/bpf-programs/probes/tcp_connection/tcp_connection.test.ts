import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { after, before, test } from 'node:test'
import type { ConnectionClosed, ConnectionOpened } from '@sonde/shared/observation'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { tcpConnection } from './tcp_connection.ts'

const netns = statSync('/proc/self/ns/net').ino
let probe: AttachedProbe
before(() => { probe = new AttachedProbe(tcpConnection) })
after(() => probe.close())

interface Pair { server: Server; client: Socket; accepted: Socket; serverPort: number; clientPort: number }

/** A real connection; `allowHalfOpen`, so that each side is closed by the test alone. */
async function pair(host: string): Promise<Pair> {
  const server = createServer({ allowHalfOpen: true })
  server.listen(0, host)
  await once(server, 'listening')
  const { port: serverPort } = server.address() as AddressInfo
  const client = connect({ host, port: serverPort, allowHalfOpen: true })
  const [[accepted]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(client, 'connect')])
  for (const socket of [client, accepted]) socket.on('error', () => undefined)
  return { server, client, accepted, serverPort, clientPort: client.localPort! }
}

const openedAt = (local: number, remote: number) => probe.until(`open ${local} → ${remote}`, (p) =>
  p.seen('connection-opened').find((one) => one.socket.localPort === local && one.socket.remotePort === remote))
const closedAt = (local: number, remote: number) => probe.until(`close ${local} → ${remote}`, (p) =>
  p.seen('connection-closed').find((one) => one.socket.localPort === local && one.socket.remotePort === remote))

async function finish({ server, client, accepted }: Pair): Promise<void> {
  client.end()
  accepted.end()
  server.close()
  await Promise.all([once(client, 'close'), once(accepted, 'close')])
}

function both<T extends ConnectionOpened | ConnectionClosed>(client: T, server: T, address: string, { clientPort, serverPort }: Pair): void {
  assert.deepEqual({ ...client.socket, cookie: 0 },
    { cookie: 0, netns, localAddress: address, localPort: clientPort, remoteAddress: address, remotePort: serverPort })
  assert.deepEqual({ ...server.socket, cookie: 0 },
    { cookie: 0, netns, localAddress: address, localPort: serverPort, remoteAddress: address, remotePort: clientPort })
  assert.notEqual(client.socket.cookie, server.socket.cookie)
  assert.equal(client.role, 'client')
  assert.equal(server.role, 'server')
  assert.equal(client.pid, process.pid)
  assert.ok(client.connectNs! > 0 && client.connectNs! < 10e9)
  assert.equal(server.connectNs, undefined)
}

for (const [host, address] of [['127.0.0.1', '127.0.0.1'], ['::1', '::1']] as const) {
  test(`a connection over ${host} is seen at both ends, from listen to close, with exact byte totals`, async () => {
    const made = await pair(host)
    const { client, accepted, clientPort, serverPort } = made
    const listener = probe.seen('listener-seen').filter((one) => one.socket.localPort === serverPort)
    assert.equal(listener.length, 1)
    assert.equal(listener[0]!.pid, process.pid)
    assert.equal(listener[0]!.socket.localAddress, address)
    const opened = [await openedAt(clientPort, serverPort), await openedAt(serverPort, clientPort)] as const
    both(...opened, address, made)
    for (const one of opened) assert.deepEqual([one.existing, one.bytesSent, one.bytesReceived], [false, 0, 0])
    accepted.resume()
    client.resume()
    client.write(Buffer.alloc(100_003))
    accepted.write(Buffer.alloc(1_234_567))
    await finish(made)
    const closed = [await closedAt(clientPort, serverPort), await closedAt(serverPort, clientPort)] as const
    both(...closed, address, made)
    assert.deepEqual([closed[0].bytesSent, closed[0].bytesReceived, closed[0].failure], [100_003, 1_234_567, undefined])
    assert.deepEqual([closed[1].bytesSent, closed[1].bytesReceived, closed[1].failure], [1_234_567, 100_003, undefined])
    assert.ok(closed[0].srttNs > 0)
    for (const [end, begin] of [[closed[0], opened[0]], [closed[1], opened[1]]] as const) {
      assert.equal(end.socket.cookie, begin.socket.cookie)
      assert.equal(probe.seen('connection-closed').filter((one) => one.socket.cookie === begin.socket.cookie).length, 1)
      assert.equal(probe.seen('connection-opened').filter((one) => one.socket.cookie === begin.socket.cookie).length, 1)
    }
  })
}

test('IPv4 through an IPv6 socket is written as IPv4 at both ends', async () => {
  const server = createServer((socket) => socket.end())
  server.listen(0, '::')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ host: '127.0.0.1', port })
  await once(client, 'connect')
  const local = client.localPort!
  const accepted = await openedAt(port, local)
  assert.deepEqual([accepted.socket.localAddress, accepted.socket.remoteAddress, accepted.role], ['127.0.0.1', '127.0.0.1', 'server'])
  client.resume()
  await once(client, 'close')
  server.close()
})

test('a connect that is refused fails without having been open', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const client = connect({ host: '127.0.0.1', port })
  const [error] = await once(client, 'error').catch((thrown: unknown) => [thrown]) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNREFUSED')
  const failed = await probe.until('refusal', (p) => p.seen('connection-closed').find((one) => one.socket.remotePort === port))
  assert.deepEqual([failed.failure, failed.role, failed.pid, failed.connectNs], ['refused', 'client', process.pid, undefined])
  assert.deepEqual([failed.socket.localAddress, failed.socket.remoteAddress, failed.bytesSent], ['127.0.0.1', '127.0.0.1', 0])
  assert.ok(failed.socket.localPort > 0)
  assert.equal(probe.seen('connection-opened').filter((one) => one.socket.cookie === failed.socket.cookie).length, 0)
})

test('a connect that nobody answers, given up, is aborted', async () => {
  // A listener whose queue of one is full drops further SYNs.
  const script = `import socket,sys
s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(0)
a=[socket.socket() for _ in range(4)]
for c in a: c.setblocking(False); c.connect_ex(s.getsockname())
import time; time.sleep(0.2)
print(s.getsockname()[1], flush=True)
for c in a: c.close()`
  const port = Number(execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' }))
  const failed = await probe.until('abort', (p) => p.seen('connection-closed').find((one) => one.socket.remotePort === port && one.failure === 'aborted'))
  assert.equal(failed.connectNs, undefined)
})

test('a reset (SO_LINGER 0) is seen as one at both ends, with what had passed before', async () => {
  const made = await pair('127.0.0.1')
  const { server, client, accepted, clientPort, serverPort } = made
  accepted.resume()
  client.write(Buffer.alloc(5000))
  await probe.until('bytes', () => accepted.bytesRead === 5000 || undefined)
  client.resetAndDestroy()
  const closed = [await closedAt(clientPort, serverPort), await closedAt(serverPort, clientPort)] as const
  assert.deepEqual(closed.map((one) => [one.failure, one.bytesSent, one.bytesReceived]), [['reset', 5000, 0], ['reset', 0, 5000]])
  accepted.destroy()
  server.close()
})

test('a close with unread data resets', async () => {
  const made = await pair('127.0.0.1')
  const { server, client, accepted, clientPort, serverPort } = made
  accepted.pause()
  client.write(Buffer.alloc(300_000))
  await new Promise((resolve) => setTimeout(resolve, 50))
  accepted.destroy()
  client.resume()
  assert.equal((await closedAt(serverPort, clientPort)).failure, 'reset')
  assert.equal((await closedAt(clientPort, serverPort)).failure, 'reset')
  client.destroy()
  server.close()
})

test('a timeout (TCP_USER_TIMEOUT, the peer unreachable) has its name', async () => {
  // A neighbour that is said to be there and is not: SYNs go nowhere.
  const script = `import socket,time
s=socket.socket(); s.setsockopt(socket.IPPROTO_TCP, 18, 300)
t=s.connect_ex(('10.210.0.2', 21099)); print(t)`
  const name = `sonde-t${process.pid}`
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' })
  ip('netns', 'add', name)
  try {
    ip('-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    ip('-n', name, 'addr', 'add', '10.210.0.1/24', 'dev', 'v0')
    for (const dev of ['v0', 'v1']) ip('-n', name, 'link', 'set', dev, 'up')
    ip('-n', name, 'neigh', 'add', '10.210.0.2', 'lladdr', '02:00:00:00:00:99', 'dev', 'v0', 'nud', 'permanent')
    assert.equal(ip('netns', 'exec', name, '/usr/bin/python3', '-c', script).trim(), '110')
    const failed = await probe.until('timeout', (p) => p.seen('connection-closed').find((one) => one.socket.remoteAddress === '10.210.0.2'))
    assert.equal(failed.failure, 'timeout')
    assert.notEqual(failed.socket.netns, netns)
  } finally {
    ip('netns', 'del', name)
  }
})

test('an unreachable peer has its name', async () => {
  const script = `import socket
s=socket.socket(); print(s.connect_ex(('127.0.0.1', 21098)))`
  const name = `sonde-u${process.pid}`
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' })
  ip('netns', 'add', name)
  ip('netns', 'add', `${name}b`)
  try {
    // The router in between has no route on: ICMP host unreachable.
    ip('link', 'add', 'v0', 'netns', name, 'type', 'veth', 'peer', 'name', 'v1', 'netns', `${name}b`)
    for (const [ns, dev, address] of [[name, 'v0', '10.211.0.1/24'], [`${name}b`, 'v1', '10.211.0.2/24']] as const) {
      ip('-n', ns, 'addr', 'add', address, 'dev', dev)
      ip('-n', ns, 'link', 'set', dev, 'up')
    }
    ip('-n', name, 'route', 'add', 'default', 'via', '10.211.0.2')
    ip('netns', 'exec', `${name}b`, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    ip('-n', `${name}b`, 'route', 'add', 'unreachable', '10.212.0.0/24')
    const code = ip('netns', 'exec', name, '/usr/bin/python3', '-c', script.replace('127.0.0.1', '10.212.0.9')).trim()
    assert.equal(code, '113')
    const failed = await probe.until('unreachable', (p) => p.seen('connection-closed').find((one) => one.socket.remoteAddress === '10.212.0.9'))
    assert.equal(failed.failure, 'unreachable')
  } finally {
    ip('netns', 'del', name)
    ip('netns', 'del', `${name}b`)
  }
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
