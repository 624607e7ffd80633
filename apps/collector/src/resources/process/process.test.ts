import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProcess } from './index.ts'
import { parseCgroup, parseListeners, parseStat, parseStatus, splitNul } from './parse.ts'

const STAT = '4242 (a) b (c)) S 1 4242 4242 0 -1 4194560 100 0 0 0 7 5 0 0 20 0 11 0 123456 200000000 2500 18446744073709551615 1 1 0\n'

test('stat: a name with brackets and spaces ends at the last bracket', () => {
  assert.deepEqual(parseStat(STAT), { comm: 'a) b (c)', kernelThread: false, cpuTicks: 12, threads: 11, startedAtTicks: 123456, residentPages: 2500 })
  assert.equal(parseStat('2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0 0 0 0')?.kernelThread, true)
  for (const broken of ['', '1', '1 (x', '1 (x) S 1 2', ')(']) assert.equal(parseStat(broken), undefined)
})

test('status: the effective user', () => {
  assert.deepEqual(parseStatus('Name:\tx\nUid:\t0\t33\t0\t0\nGid:\t0\t0\t0\t0\n'), { uid: 33 })
  assert.equal(parseStatus('Name:\tUid:\n'), undefined)
})

test('cgroup: the unified hierarchy, else systemd, else the longest', () => {
  assert.equal(parseCgroup('0::/system.slice/nginx.service\n'), '/system.slice/nginx.service')
  assert.equal(parseCgroup('9:name=systemd:/system.slice/x.service\n4:memory:/a/much/longer/path/than/that\n0::/\n'), '/system.slice/x.service')
  assert.equal(parseCgroup('9:name=systemd:/\n4:memory:/docker/abc\n0::/\n'), '/docker/abc')
  assert.equal(parseCgroup(''), '')
})

test('arguments: NULs at the end are none', () => {
  assert.deepEqual(splitNul('node\0server.js\0--x=\0'), ['node', 'server.js', '--x='])
  assert.deepEqual(splitNul('postgres: 15/main: walwriter                 \0\0'), ['postgres: 15/main: walwriter'])
  assert.deepEqual(splitNul(''), [])
})

test('listening sockets by inode', () => {
  const ports = new Map<string, number>()
  parseListeners('  sl  local_address rem_address   st\n   0: 0100007F:46A3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12306 1\n   1: 0100007F:0050 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 777 1\n', ports)
  parseListeners('   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 99 1\nnonsense', ports)
  assert.deepEqual([...ports], [['12306', 0x46a3], ['99', 8080]])
})

function files(contents: Record<string, string>) {
  return {
    read: (path: string) => (contents[path] === undefined ? undefined : Buffer.from(contents[path], 'latin1')),
    link: (path: string) => contents[path],
    list: () => undefined,
  }
}

const PROC = {
  '/proc/4242/stat': STAT,
  '/proc/4242/status': 'Uid:\t0\t33\t0\t0\n',
  '/proc/4242/cwd': '/srv/shop',
  '/proc/4242/exe': '/usr/bin/node (deleted)',
  '/proc/4242/cmdline': 'node\0server.js\0',
  '/proc/4242/environ': 'PATH=/bin\0OTEL_SERVICE_NAME=shop\0NOT_OTEL_SERVICE_NAME=x\0EMPTY=\0',
  '/proc/4242/cgroup': '0::/system.slice/shop.service\n',
  '/proc/4242/root/srv/shop/package.json': '{"name":"shop"}',
  '/proc/4242/root/etc/passwd': 'its own',
}
const KNOWN = { pid: 4242, comm: 'old', uid: 0, filename: '', commandArgs: [], startedAt: 1_234_560_000_000 }

test('a process as /proc tells it', () => {
  const facts = readProcess(KNOWN, files(PROC))!
  assert.equal(facts.comm, 'a) b (c)')
  assert.equal(facts.executable, '/usr/bin/node')
  assert.deepEqual(facts.commandArgs, ['node', 'server.js'])
  assert.equal(facts.uid, 33)
  assert.equal(facts.cgroup, '/system.slice/shop.service')
  assert.equal(facts.variable('OTEL_SERVICE_NAME'), 'shop')
  assert.equal(facts.variable('EMPTY'), '')
  assert.equal(facts.variable('OTEL'), undefined)
  assert.equal(facts.file('package.json', 100)?.toString(), '{"name":"shop"}')
  assert.equal(facts.file('../../../../etc/passwd', 100)?.toString(), 'its own')
})

test('a pid that belongs to another process by now is nobody', () => {
  assert.equal(readProcess({ ...KNOWN, startedAt: 1_334_560_000_000 }, files(PROC)), undefined)
  assert.equal(readProcess(KNOWN, files({})), undefined)
})

test('a process that vanishes between two reads has what was read', () => {
  const facts = readProcess(KNOWN, files({ '/proc/4242/stat': STAT }))!
  assert.deepEqual([facts.executable, facts.commandArgs, facts.cgroup, facts.variable('X'), facts.uid], ['', [], '', undefined, 0])
})
