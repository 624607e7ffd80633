import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync, mkdirSync, rmSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import type { NameResolved } from '@sonde/shared/observation'
import { AttachedProbe } from '../../testing/attached-probe.ts'
import { Namespace } from '../../testing/network.ts'
import { dns } from './dns.ts'

/**
 * A name server on 127.0.0.53: `<n>.test` is 192.0.2.n and 2001:db8::n, `www.test` an alias of 7.test, `bad.test` nonsense,
 * all else doesn't exist. It counts what it answered with an address.
 */
const SERVER = `import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.53', 53)); print('up', flush=True)
octets = lambda name: b''.join(bytes([len(l)]) + l.encode() for l in name.split('.')) + bytes(1)
while True:
  q, who = s.recvfrom(1500)
  end = q.index(bytes(1), 12) + 5
  labels, at = [], 12
  while q[at]: labels.append(q[at+1:at+1+q[at]].decode().lower()); at += q[at] + 1
  kind, name, records = struct.unpack('>H', q[at+1:at+3])[0], '.'.join(labels), []
  owner = bytes([0xc0, 12])
  if name == 'www.test': records.append(owner + struct.pack('>HHIH', 5, 1, 30, len(octets('7.test'))) + octets('7.test')); owner, name = octets('7.test'), '7.test'
  n = int(name.split('.')[0]) if name.endswith('.test') and name.split('.')[0].isdigit() else None
  if n is not None and kind == 1: records.append(owner + struct.pack('>HHIH', 1, 1, 300, 4) + bytes([192, 0, 2, n]))
  if n is not None and kind == 28: records.append(owner + struct.pack('>HHIH', 28, 1, 200, 16) + bytes([0x20, 1, 0xd, 0xb8] + [0] * 11 + [n]))
  if name == 'bad.test': records.append(bytes([0xc0, 0xff]))
  s.sendto(q[:2] + struct.pack('>HHHHH', 0x8180 if records or n is not None else 0x8183, 1, len(records), 0, 0) + q[12:end] + b''.join(records), who)`

let network: Namespace
let probe: AttachedProbe
let stop: () => Promise<void>
before(async () => {
  network = new Namespace(`sonde-dns-${process.pid}`)
  // ip-netns(8) puts these over /etc, so that all programs in the namespace ask this server.
  mkdirSync(`/etc/netns/${network.name}`, { recursive: true })
  writeFileSync(`/etc/netns/${network.name}/resolv.conf`, 'nameserver 127.0.0.53\noptions timeout:30 attempts:1\n')
  writeFileSync(`/etc/netns/${network.name}/nsswitch.conf`, 'hosts: dns\n')
  const server = await network.start(SERVER)
  stop = async () => {
    server.child.kill()
    await server.ended()
  }
  probe = new AttachedProbe(dns)
})
after(async () => {
  probe?.close()
  await stop?.()
  network.remove()
  rmSync(`/etc/netns/${network.name}`, { recursive: true })
})
beforeEach(() => {
  probe.seen('name-resolved')
  probe.observations.length = 0
})

/** Of the test's names. */
const resolved = () => probe.seen('name-resolved').filter(({ name }) => name.endsWith('.test'))
const said = ({ name, addresses }: NameResolved) => `${name} ${addresses.map(({ address, ttlSeconds }) => `${address} ${ttlSeconds}`).join(' ')}`

test('getent (glibc): each name once, with either family’s address, by the process that asked', async () => {
  const child = spawn('ip', ['netns', 'exec', network.name, 'getent', 'ahosts', '3.test'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [[output]] = await Promise.all([once(child.stdout, 'data') as Promise<[Buffer]>, once(child, 'exit')])
  assert.match(output.toString(), /192\.0\.2\.3/)
  assert.deepEqual(resolved().map(said).toSorted(), ['3.test 192.0.2.3 300', '3.test 2001:db8::3 200'])
  assert.deepEqual(resolved().map(({ pid }) => pid), [child.pid, child.pid])
})

test('Node’s dns.lookup and c-ares, 50 names each: every answer, exactly', () => {
  const script = `const dns = require('node:dns').promises
const names = (from) => Array.from({ length: 50 }, (_, i) => from + i + '.test')
Promise.all([...names(1).map((name) => dns.lookup(name, { family: 4 })), ...names(101).map((name) => dns.resolve6(name))]).then((all) => console.log(all.length))`
  assert.equal(network.run(process.execPath, '-e', script).trim(), '100')
  const octet = (n: number) => n.toString(16)
  const expected = Array.from({ length: 50 }, (_, i) => [`${i + 1}.test 192.0.2.${i + 1} 300`, `${i + 101}.test 2001:db8::${octet(i + 101)} 200`])
  assert.deepEqual(resolved().map(said).toSorted(), expected.flat().toSorted())
})

test('an alias names the address by what was asked for, with the least time to live', () => {
  network.run('getent', 'ahosts', 'www.test')
  assert.deepEqual(resolved().map(said).toSorted(), ['www.test 192.0.2.7 30', 'www.test 2001:db8::7 30'])
})

test('a resolver that doesn’t connect its socket (as musl’s) is known by whom it asked; recvmsg and read are followed', () => {
  network.python(`import socket, struct
ask = lambda name: bytes([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + b''.join(bytes([len(l)]) + l for l in name.split(b'.')) + bytes(1) + struct.pack('>HH', 1, 1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(ask(b'41.test'), ('127.0.0.53', 53)); s.recvfrom(512)
s.sendmsg([ask(b'42.test')], [], 0, ('127.0.0.53', 53)); s.recvmsg(512)
s.sendto(ask(b'43.test'), ('127.0.0.53', 53)); s.recvfrom(512, socket.MSG_PEEK); s.recvfrom(512)
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.connect(('127.0.0.53', 53))
import os
os.write(c.fileno(), ask(b'44.test')); os.read(c.fileno(), 512)
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
six.sendto(ask(b'45.test'), ('::ffff:127.0.0.53', 53)); six.recvfrom(512)`)
  assert.deepEqual(resolved().map(({ name }) => name), ['41.test', '42.test', '43.test', '44.test', '45.test'])
})

test('what doesn’t exist names nobody, nonsense is said to be such, and other ports’ datagrams are nobody’s names', async () => {
  assert.throws(() => execFileSync('ip', ['netns', 'exec', network.name, 'getent', 'ahosts', 'nowhere.example'], { stdio: 'ignore' }))
  network.python(`import socket, struct
ask = bytes([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + bytes([3]) + b'bad' + bytes([4]) + b'test' + bytes(1) + struct.pack('>HH', 1, 1)
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.connect(('127.0.0.53', 53)); c.send(ask); answer = c.recv(512)
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(('127.0.0.1', 0)); b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
b.sendto(answer, a.getsockname()); a.recv(512)`)
  await probe.until('nonsense', (p) => p.seen('answer-malformed')[0])
  assert.deepEqual([resolved().length, probe.seen('answer-malformed').length], [0, 1])
})

test('nothing was lost', () => assert.equal(probe.losses(), 0))
