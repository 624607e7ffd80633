import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { tcpConnection } from './tcp_connection.ts'

// Everything here was there before the probe.
const server = createServer({ allowHalfOpen: true })
let client: Socket
let accepted: Socket
let serverPort: number
let probe: AttachedProbe

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  serverPort = (server.address() as AddressInfo).port
  client = connect({ host: '127.0.0.1', port: serverPort, allowHalfOpen: true })
  ;[[accepted]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(client, 'connect')])
  client.write(Buffer.alloc(777))
  accepted.resume()
  await once(accepted, 'data')
  probe = new AttachedProbe(tcpConnection)
})
after(() => {
  probe?.close()
  client.destroy()
  accepted.destroy()
  server.close()
})

const walk = () => probe.object.runIterator('tcp_sockets_of_tasks')

test('an existing connection and its listener are found once, with roles, owner and what has passed', () => {
  for (let n = 0; n < 3; n++) walk()
  probe.object.runIterator('tcp_sockets')
  const listeners = probe.seen('listener-seen').filter((one) => one.socket.localPort === serverPort)
  assert.deepEqual(listeners.map((one) => one.pid), [process.pid])
  const found = probe.seen('connection-opened').filter((one) => one.socket.localPort === serverPort || one.socket.remotePort === serverPort)
  const facts = found.toSorted((a, b) => a.role.localeCompare(b.role)).map((one) => [one.role, one.socket.localPort, one.pid, one.bytesSent, one.bytesReceived, one.existing, one.connectNs])
  assert.deepEqual(facts, [
    ['client', client.localPort, process.pid, 777, 0, true, undefined],
    ['server', serverPort, process.pid, 0, 777, true, undefined],
  ])
  assert.equal(probe.seen('connection-sampled').filter((one) => one.socket.localPort === serverPort).length, 0, 'nothing has moved')
})

test('a connection that lives is sampled when something has moved on it, and only then', async () => {
  client.resume()
  accepted.write(Buffer.alloc(4321))
  await probe.until('bytes', () => client.bytesRead === 4321 || undefined)
  walk()
  walk()
  const samples = probe.seen('connection-sampled').filter((one) => one.socket.localPort === serverPort)
  assert.deepEqual(samples.map((one) => [one.bytesSent, one.bytesReceived]), [[4321, 777]])
})

test('the owner of a connection accepted since is known at its end', async () => {
  const late = connect({ host: '127.0.0.1', port: serverPort })
  const [[other]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(late, 'connect')])
  const port = late.localPort!
  const opened = await probe.until('open', (p) => p.seen('connection-opened').find((one) => one.socket.remotePort === port))
  assert.deepEqual([opened.role, opened.existing], ['server', false])
  walk()
  assert.deepEqual(probe.seen('connection-strained').filter((one) => one.cookie === opened.socket.cookie).map(({ pid }) => pid), [process.pid], 'said once')
  late.destroy()
  other.resume()
  other.end()
  const closed = await probe.until('close', (p) => p.seen('connection-closed').find((one) => one.socket.remotePort === port))
  assert.deepEqual([closed.role, closed.pid, closed.failure], ['server', process.pid, undefined])
})

test('what nobody has accepted is found too', async () => {
  
  const script = `import socket,time
s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(8)
c=socket.socket(); c.connect(s.getsockname()); print(s.getsockname()[1], flush=True); time.sleep(30)`
  const child = spawn('/usr/bin/python3', ['-c', script])
  const [line] = await once(child.stdout, 'data') as [Buffer]
  const port = Number(line.toString())
  const fresh = new AttachedProbe(tcpConnection)
  try {
    fresh.object.runIterator('tcp_sockets_of_tasks')
    const roles = () => fresh.seen('connection-opened').filter((one) => one.socket.localPort === port || one.socket.remotePort === port).map((one) => [one.role, one.pid])
    assert.deepEqual(roles(), [['client', child.pid]])
    fresh.object.runIterator('tcp_sockets')
    assert.deepEqual(roles(), [['client', child.pid], ['server', 0]])
  } finally {
    fresh.close()
    child.kill()
  }
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
