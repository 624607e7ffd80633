import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, ProbeFinding } from './finding.ts'
import { examineMachine, neededToLoad, type Machine } from './machine.ts'
import { tableOf } from './table.ts'

const ALL = 'CapEff:\t000001ffffffffff\n'

/** A machine on which all is well, but for what is given; `undefined`: not there. */
function machine(files: Record<string, string | undefined> = {}, kernel = '6.18.5'): Machine {
  const all: Record<string, string | undefined> = {
    '/sys/kernel/btf/vmlinux': 'BTF', '/proc/self/status': `Name:\tnode\n${ALL}`, '/sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
    '/proc/sys/net/core/bpf_jit_enable': '1\n', '/proc/sys/kernel/kptr_restrict': '1\n', '/proc/sys/kernel/unprivileged_bpf_disabled': '2\n', '/proc/sys/kernel/perf_event_paranoid': '3\n',
    '/proc/self/limits': 'Max locked memory         8388608              8388608              bytes     \n', '/proc/self/ns/pid': 'pid:[4026531836]',
    '/proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n', '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n', '/proc/pressure/cpu': 'some', ...files,
  }
  return { kernel, read: (path) => all[path], exists: (path) => all[path] !== undefined, link: (path) => all[path] }
}

/** What isn't well. */
const wrong = (one: Machine) => examineMachine(one).filter(({ state }) => state !== 'ok').map(({ name, state, found }) => `${name}: ${state}: ${found}`)

test('a machine on which all is well', () => {
  assert.deepEqual(wrong(machine()), [])
  assert.ok(examineMachine(machine()).every(({ costs, fix }) => costs === '' && fix === ''))
})

const CASES: readonly (readonly [string, Record<string, string | undefined>, string])[] = [
  ['no type information', { '/sys/kernel/btf/vmlinux': undefined }, 'type information: missing: no /sys/kernel/btf/vmlinux'],
  ['a capability that is needed', { '/proc/self/status': 'CapEff:\t0000017fffffffff\n' }, 'capabilities: missing: lacks CAP_BPF'],
  ['capabilities that only add', { '/proc/self/status': 'CapEff:\t000000c000000000\n' }, 'capabilities: partly: lacks CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN'],
  ['lockdown that hides memory', { '/sys/kernel/security/lockdown': 'none integrity [confidentiality]\n' }, 'lockdown: missing: confidentiality'],
  ['programs that are interpreted', { '/proc/sys/net/core/bpf_jit_enable': '0\n' }, 'net.core.bpf_jit_enable: partly: 0'],
  ['a setting that is not readable', { '/proc/sys/net/core/bpf_jit_enable': undefined }, 'net.core.bpf_jit_enable: not checked: not readable'],
  ['hidden addresses', { '/proc/sys/kernel/kptr_restrict': '2\n' }, 'kernel.kptr_restrict: partly: 2'],
  ['a container', { '/proc/self/ns/pid': 'pid:[4026532201]' }, 'PID namespace: partly: pid:[4026532201]'],
  ['the old control groups', { '/proc/mounts': 'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n' }, 'control groups: partly: no cgroup v2 is mounted'],
  ['both kinds of control groups', { '/proc/mounts': 'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n', '/sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n' }, 'control groups: partly: /sys/fs/cgroup/unified, without the controllers cpu and memory'],
]
for (const [what, files, expected] of CASES) {
  test(`said with its cost and its fix: ${what}`, () => {
    assert.deepEqual(wrong(machine(files)), [expected])
    const [finding] = examineMachine(machine(files)).filter(({ state }) => state !== 'ok')
    if (finding!.state !== 'not checked') assert.ok(finding!.costs !== '' && finding!.fix !== '')
  })
}

test('integrity lockdown, and a kernel that has none, cost nothing', () => {
  assert.deepEqual(wrong(machine({ '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' })), [])
  assert.deepEqual(wrong(machine({ '/sys/kernel/security/lockdown': undefined })), [])
})

test('old kernels: too old is said; the memory limit counts before 5.11 unless it can be lifted', () => {
  assert.deepEqual(wrong(machine({}, '5.4.0-1-amd64')), ['kernel: missing: 5.4.0-1-amd64'])
  const withoutResource = { '/proc/self/status': 'CapEff:\t000001fffeffffff\n' }
  assert.deepEqual(wrong(machine(withoutResource, '5.10.0')), ['RLIMIT_MEMLOCK: missing: 8388608'])
  assert.deepEqual(wrong(machine(withoutResource, '5.11.0')), [])
})

test('programs can be loaded with CAP_BPF and CAP_PERFMON', () => {
  const lacking = (status: string | undefined) => neededToLoad(machine({ '/proc/self/status': status }))
  assert.deepEqual([lacking(ALL), lacking('CapEff:\t000000c000000000\n')], [[], []])
  assert.deepEqual(lacking('CapEff:\t0000008000000000\n'), ['CAP_PERFMON'])
  assert.deepEqual(lacking('CapEff:\t0000004000000000\n'), ['CAP_BPF'])
  for (const status of ['', undefined]) assert.deepEqual(lacking(status), ['CAP_BPF', 'CAP_PERFMON'])
})

test('the table says what is lost, what the verifier said, and cannot draw on the terminal', () => {
  const finding: Finding = { name: 'kernel', state: 'ok', found: '6.18', costs: '', fix: '' }
  const probe: ProbeFinding = { name: 'exchange', state: 'missing', found: 'does not load: load exchange: EACCES', costs: 'requests', fix: 'report it', enabledByDefault: true, loads: false, attaches: false, verifier: ['R1 \u001b[2J invalid'] }
  assert.equal(
    tableOf({ ok: false, machine: [finding], programTypes: [], probes: [probe] }),
    `This machine
  ok           kernel    6.18

Probes that are on by default
  missing      exchange  does not load: load exchange: EACCES
                 verifier: R1 \ufffd[2J invalid
                 without it: requests
                 what to do: report it

Not every probe that is on by default can run here, or could be tried: exchange.`,
  )
})
