import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionOpened, ListenerSeen, Observation, ProcessDescribed, ProcessExecuted, ProcessStarted } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { Resources, type ServiceRule } from './index.ts'

const SECOND = 1e9
const NETNS = 4026531840

/** A host on which processes come and go: /proc as literal files, observations as the kernel would tell them. */
class Machine {
  now = 100 * SECOND
  readonly said: ProcessDescribed[] = []
  readonly files: Record<string, string> = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nwww:x:33:33::/:/bin/false\n', '/proc/self/cgroup': '0::/user.slice/session-1.scope\n' }
  readonly resources: Resources

  constructor(rules: readonly ServiceRule[] = []) {
    this.resources = new Resources({
      rules, isOwn: (pid) => pid === 1000, losses: new Losses(), emit: (o) => { if (o.kind === 'process-described') this.said.push(o) },
      files: {
        read: (path) => (this.files[path] === undefined ? undefined : Buffer.from(this.files[path])),
        link: (path) => this.files[path],
        list: (path) => Object.keys(this.files).filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1)),
      },
    })
  }

  proc(pid: number, args: string[], more: { exe?: string; cgroup?: string; environment?: string; cwd?: string; startedAt?: number } = {}): void {
    const ticks = Math.round((more.startedAt ?? this.now) / 1e7)
    const exe = more.exe ?? args[0]!
    this.files[`/proc/${pid}/stat`] = `${pid} (${exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15)}) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0 0`
    this.files[`/proc/${pid}/exe`] = exe
    this.files[`/proc/${pid}/cwd`] = more.cwd ?? '/'
    this.files[`/proc/${pid}/cmdline`] = args.join('\0')
    this.files[`/proc/${pid}/cgroup`] = `0::${more.cgroup ?? '/user.slice/session-1.scope'}\n`
    this.files[`/proc/${pid}/environ`] = more.environment ?? ''
  }

  start(pid: number, args: string[], more: Parameters<Machine['proc']>[2] & { parentPid?: number; existing?: boolean } = {}): void {
    this.proc(pid, args, more)
    const startedAt = more.startedAt ?? this.now
    const common = { at: this.now, pid, parentPid: more.parentPid ?? 1, startedAt, comm: 'x', uid: 0, netns: NETNS }
    if (more.existing) return this.observe({ kind: 'process-started', ...common, existing: true } satisfies ProcessStarted)
    this.observe({ kind: 'process-executed', ...common, filename: args[0]!, commandArgs: args } satisfies ProcessExecuted)
  }

  fork(pid: number, parentPid: number): void {
    for (const file of ['exe', 'cwd', 'cmdline', 'cgroup', 'environ']) this.files[`/proc/${pid}/${file}`] = this.files[`/proc/${parentPid}/${file}`] ?? ''
    this.files[`/proc/${pid}/stat`] = this.files[`/proc/${parentPid}/stat`]!.replace(/^\d+/, String(pid)).replace(/ \d+ 0 0 0$/, ` ${Math.round(this.now / 1e7)} 0 0 0`)
    this.observe({ kind: 'process-started', at: this.now, pid, parentPid, startedAt: this.now, comm: 'x', uid: 0, netns: NETNS, existing: false })
  }

  listen(pid: number, port: number, netns = NETNS): void {
    const socket = { cookie: port, netns, localAddress: '0.0.0.0', localPort: port, remoteAddress: '', remotePort: 0 }
    this.observe({ kind: 'listener-seen', at: this.now, socket, pid } satisfies ListenerSeen)
  }

  connect(pid: number): void {
    const socket = { cookie: 1, netns: NETNS, localAddress: '127.0.0.1', localPort: 40000, remoteAddress: '127.0.0.1', remotePort: 80 }
    this.observe({ kind: 'connection-opened', at: this.now, socket, role: 'client', pid, connectNs: 1, existing: false, bytesSent: 0, bytesReceived: 0, retransmits: 0, srttNs: 0 } satisfies ConnectionOpened)
  }

  exit(pid: number, startedAt = this.now): void {
    for (const file of Object.keys(this.files)) if (file.startsWith(`/proc/${pid}/`)) delete this.files[file]
    this.observe({ kind: 'process-exited', at: this.now, pid, startedAt, exitCode: 0 })
  }

  observe(o: Observation): void {
    this.resources.observe(o)
  }

  wait(seconds: number): void {
    this.now += seconds * SECOND
    this.resources.tick(this.now)
  }

  service(pid: number): string | undefined {
    return this.said.findLast((one) => one.pid === pid)?.service
  }
}

test('a server is named when its ports are known, by its port unless that is the default', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/sbin/nginx', '-c', '/etc/a.conf'])
  machine.wait(0.2)
  assert.equal(machine.service(10), '')
  machine.listen(10, 8081)
  machine.fork(11, 10)
  machine.wait(0.2)
  assert.equal(machine.service(10), 'nginx :8081')
  assert.equal(machine.service(11), 'nginx :8081')
  machine.start(20, ['/usr/sbin/nginx'])
  machine.listen(20, 443)
  machine.listen(20, 80)
  machine.wait(0.2)
  assert.equal(machine.service(20), 'nginx')
  assert.equal(machine.said.at(-1)?.serviceKind, 'nginx')
})

test('workers have the name of what they work for, also when it is found out later', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/python3', '/srv/server.py'])
  machine.fork(11, 10)
  machine.wait(0.2)
  machine.listen(10, 9000)
  machine.wait(0.2)
  assert.deepEqual([machine.service(10), machine.service(11)], ['server', 'server'])
})

test('other rules rename what lives, workers with what they work for, and back', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/sbin/nginx', '-c', '/etc/a.conf'])
  machine.listen(10, 8081)
  machine.fork(11, 10)
  machine.start(20, ['/usr/bin/python3', '/srv/server.py'])
  machine.listen(20, 9000)
  machine.wait(0.2)
  const names = () => [10, 11, 20].map((pid) => machine.service(pid))
  assert.deepEqual(names(), ['nginx :8081', 'nginx :8081', 'server'])
  machine.resources.setRules([{ name: 'edge', port: 8081 }])
  machine.wait(0.1)
  assert.deepEqual(names(), ['edge', 'edge', 'server'])
  machine.resources.setRules([{ name: 'edge two', commandLine: 'a\\.conf' }, { name: 'shop', port: 9000 }])
  machine.wait(0.1)
  assert.deepEqual(names(), ['edge two', 'edge two', 'shop'])
  const said = machine.said.length
  machine.resources.setRules([])
  machine.wait(0.1)
  assert.deepEqual(names(), ['nginx :8081', 'nginx :8081', 'server'])
  assert.equal(machine.said.length, said + 3)
})

test('a daemon lives on in its child under the name of the ports that its parent opened', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/redis-server', '--port', '6380'])
  machine.listen(10, 6380)
  machine.fork(11, 10)
  machine.exit(10)
  machine.wait(0.2)
  assert.equal(machine.service(11), 'redis :6380')
})

test('a worker that is asked before anybody was looked at', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/sbin/nginx', '-c', '/x.conf'])
  machine.fork(11, 10)
  machine.fork(12, 11)
  machine.exit(10)
  machine.listen(10, 8081)
  machine.connect(12)
  assert.equal(machine.service(12), 'nginx :8081')
  machine.wait(0.2)
  assert.deepEqual([machine.service(11), machine.service(12)], ['nginx :8081', 'nginx :8081'])
})

test('two of one name: the second to listen says its port, and the first stays as it is', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/node', 'server.js'])
  machine.listen(10, 3000)
  machine.wait(0.2)
  machine.start(20, ['/usr/bin/node', 'server.js'])
  machine.listen(20, 3001)
  machine.wait(0.2)
  assert.deepEqual([machine.service(10), machine.service(20)], ['server', 'server :3001'])
  machine.exit(10, 100 * SECOND)
  machine.wait(20)
  assert.equal(machine.service(20), 'server :3001')
  machine.start(30, ['/usr/bin/node', 'server.js'])
  machine.listen(30, 3002)
  machine.wait(0.2)
  assert.equal(machine.service(30), 'server')
})

test('processes that share a port are one service', () => {
  const machine = new Machine()
  for (const pid of [10, 20]) {
    machine.start(pid, ['/usr/bin/node', 'server.js'])
    machine.listen(pid, 3000)
    machine.wait(0.2)
  }
  assert.deepEqual([machine.service(10), machine.service(20)], ['server', 'server'])
})

test('the same server in another network namespace is another', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/sbin/nginx'])
  machine.listen(10, 80)
  machine.wait(0.2)
  machine.observe({ kind: 'process-executed', at: machine.now, pid: 20, parentPid: 1, startedAt: machine.now, comm: 'nginx', uid: 0, netns: 7, filename: '/usr/sbin/nginx', commandArgs: ['nginx'] })
  machine.proc(20, ['/usr/sbin/nginx'])
  machine.listen(20, 80, 7)
  machine.wait(0.2)
  assert.equal(machine.service(20), 'nginx (netns 7)')
})

test('who talks is a service at once, who stays is one after ten seconds, a shell never', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/curl', 'http://x'])
  machine.start(20, ['/srv/batch'])
  machine.start(30, ['/usr/bin/bash'])
  machine.start(40, ['/usr/bin/vim'])
  machine.start(50, ['/usr/bin/node', '-e', 'listen()'])
  machine.listen(50, 4000)
  machine.connect(10)
  assert.equal(machine.service(10), 'curl')
  machine.wait(0.2)
  assert.deepEqual([machine.service(20), machine.service(30)], ['', ''])
  machine.wait(10)
  assert.deepEqual([20, 30, 40, 50].map((pid) => machine.service(pid)), ['batch', '', '', 'node'])
})

test('a client that is gone before it could be looked at has the name the kernel told', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/curl', 'http://x'])
  machine.exit(10)
  machine.connect(10)
  assert.deepEqual([machine.service(10), machine.said.at(-1)?.commandLine], ['curl', '/usr/bin/curl http://x'])
})

test('a shell that execs is not told of after what it became', () => {
  const machine = new Machine()
  machine.proc(10, ['/usr/bin/bash'])
  machine.observe({ kind: 'process-started', at: machine.now, pid: 10, parentPid: 1, startedAt: machine.now, comm: 'bash', uid: 0, netns: NETNS, existing: false })
  machine.start(10, ['/usr/bin/curl', 'http://x'])
  machine.connect(10)
  machine.wait(0.2)
  assert.deepEqual(machine.said.map(({ service }) => service), ['curl'])
})

test('a zombie has the program and arguments that the kernel told', () => {
  const machine = new Machine()
  machine.start(10, ['/usr/bin/curl', 'http://x'])
  for (const file of ['exe', 'cwd', 'cmdline', 'environ']) delete machine.files[`/proc/10/${file}`]
  machine.connect(10)
  assert.deepEqual([machine.service(10), machine.said.at(-1)?.commandLine], ['curl', '/usr/bin/curl http://x'])
})

test('precedence: configuration, environment, container, unit, program, executable', () => {
  const container = '/docker/3f4a9c1e5b7d2f8063a1c4e9d8b7f6a5e4d3c2b1a0f9e8d7c6b5a49382716050'
  const machine = new Machine([{ name: 'ruled', commandLine: 'special' }, { name: 'by port', port: 7777 }])
  machine.files[`/var/lib/docker/containers/${container.slice(8)}/config.v2.json`] = '{"Name":"/boxed"}'
  machine.start(10, ['/usr/bin/node', 'special.js'], { environment: 'OTEL_SERVICE_NAME=told', cgroup: container })
  machine.start(11, ['/usr/bin/node', 'x.js'], { environment: 'A=b\0OTEL_RESOURCE_ATTRIBUTES=a=b,service.name=told%20so\0', cgroup: container })
  machine.start(12, ['/usr/bin/bash'], { cgroup: container })
  machine.start(13, ['/usr/bin/node', 'x.js'], { cgroup: '/system.slice/unit.service' })
  machine.start(14, ['/srv/seven'])
  machine.listen(14, 7777)
  machine.wait(0.2)
  assert.deepEqual([10, 11, 12, 13, 14].map((pid) => machine.service(pid)), ['ruled', 'told so', 'boxed', 'unit', 'by port'])
  assert.deepEqual([10, 11, 12, 13, 14].map((pid) => machine.said.findLast((one) => one.pid === pid)?.namedBy), ['config', 'environment', 'container', 'unit', 'config'])
})

test('the unit in which Sonde runs names nobody', () => {
  const machine = new Machine()
  machine.files['/proc/self/cgroup'] = '0::/system.slice/runner.service\n'
  const inside = new Resources({ rules: [], isOwn: () => false, losses: new Losses(), emit: (o) => { if (o.kind === 'process-described') machine.said.push(o) }, files: { read: (path) => (machine.files[path] === undefined ? undefined : Buffer.from(machine.files[path])), link: (path) => machine.files[path], list: () => [] } })
  machine.proc(10, ['/usr/bin/node', 'shop.js'], { cgroup: '/system.slice/runner.service' })
  inside.observe({ kind: 'process-executed', at: machine.now, pid: 10, parentPid: 1, startedAt: machine.now, comm: 'node', uid: 0, netns: NETNS, filename: '/usr/bin/node', commandArgs: [] })
  machine.connect(10)
  inside.tick(machine.now + SECOND)
  inside.tick(machine.now + 20 * SECOND)
  assert.equal(machine.service(10), 'shop')
  assert.equal(machine.said.at(-1)?.unit, 'runner.service')
})

test('what ran before is looked at oldest first, with the ports /proc shows', () => {
  const machine = new Machine()
  for (const [pid, startedAt, inode] of [[30, 50, '31'], [20, 40, '21']] as const) {
    machine.start(pid, ['/usr/bin/node', 'server.js'], { existing: true, startedAt: startedAt * SECOND })
    machine.files[`/proc/${pid}/fd/3`] = `socket:[${inode}]`
    machine.files[`/proc/${pid}/net/tcp`] = [['3001', '31'], ['3000', '21']].map(([p, i]) => `0: 00000000:${Number(p).toString(16)} 00000000:0000 0A 0 0 0 0 0 ${i}`).join('\n')
  }
  machine.wait(0.1)
  assert.deepEqual([machine.service(20), machine.service(30)], ['server', 'server :3001'])
})

test('a process met on a socket that no probe told of is read from /proc', () => {
  const machine = new Machine()
  machine.proc(77, ['/usr/bin/node', 'late.js'], { startedAt: 90 * SECOND })
  machine.connect(77)
  assert.deepEqual([machine.service(77), machine.said.at(-1)?.startedAt], ['late', 90 * SECOND])
})

test('own processes and vanished ones are said nothing of', () => {
  const machine = new Machine()
  machine.start(1000, ['/usr/bin/node', 'main.ts'])
  machine.connect(4711)
  machine.wait(20)
  assert.deepEqual(machine.said, [])
})

test('nothing is said twice, and a user has a name', () => {
  const machine = new Machine()
  machine.start(10, ['/srv/batch'])
  for (let i = 0; i < 30; i++) machine.wait(1)
  assert.deepEqual(machine.said.map(({ service, user }) => [service, user]), [['', 'root'], ['batch', 'root']])
})
