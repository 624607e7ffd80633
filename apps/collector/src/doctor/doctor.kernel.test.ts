import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { probes } from '@sonde/bpf-programs'
import { compile, root as programs } from '../../../../packages/bpf-programs/btf/compile.ts'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses } from '../kernel/index.ts'
import type { Report } from './finding.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sonde-doctor-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs the doctor; `instead`: objects that stand in the place of probes' own, for it alone. */
function doctor(instead: Readonly<Record<string, string>> = {}): { report: Report; status: number | null; pid: number } {
  const mounts = Object.entries(instead).map(([path, by]) => `mount --bind '${by}' '${path}'`)
  const script = [...mounts, `exec '${process.execPath}' '${main}' --json`].join('\n')
  const { stdout, stderr, status, pid } = spawnSync('unshare', ['--mount', '--propagation', 'private', '--', 'sh', '-euc', script], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return { report: JSON.parse(stdout) as Report, status, pid }
}

const stateOf = (report: Report, name: string) => report.probes.find((probe) => probe.name === name)!

test('it says of each probe what the collector does with it, and leaves nothing in the kernel', () => {
  const { report, status, pid } = doctor()
  assert.deepEqual(report.probes.map(({ name }) => name), probes.map(({ name }) => name))
  const losses = new Losses()
  const kernel = attach(probes, { observe: () => {}, losses, own: new OwnProcesses([process.pid], losses), probes: Object.fromEntries(probes.map(({ name }) => [name, { enabled: true }])), statistics: false })
  const health = kernel.health()
  kernel.close()
  const STATES: Readonly<Record<string, string>> = { attached: 'ok', partial: 'partly', refused: 'missing' }
  assert.deepEqual(report.probes.map(({ state }) => state), health.map(({ state }) => STATES[state]))
  assert.equal(status, report.ok ? 0 : 1)
  const programsNow = JSON.parse(execFileSync('bpftool', ['prog', 'list', '--json'], { encoding: 'utf8' })) as { pids?: { pid: number }[] }[]
  assert.equal(programsNow.filter((program) => program.pids?.some((one) => one.pid === pid)).length, 0)
})

test('a probe that the verifier refuses: its last lines, what that loses, status 1; the others are tried all the same', () => {
  const source = join(folder, 'refused.bpf.c')
  writeFileSync(source, `
    #include "record.h"
    #include <bpf/bpf_tracing.h>
    char LICENSE[] SEC("license") = "Dual BSD/GPL";
    SEC("tp_btf/sched_process_exit")
    int BPF_PROG(reads_anywhere, struct task_struct *task) { return *(volatile char *)(long)bpf_get_prandom_u32(); }
    SEC("tp_btf/sched_process_exit")
    int BPF_PROG(processes_running, struct task_struct *task) { return 0; }
  `)
  const object = join(folder, 'refused.bpf.o')
  compile(source, object)
  const { report, status } = doctor({ [join(programs, '.output/process_lifecycle.bpf.o')]: object })
  const refused = stateOf(report, 'process_lifecycle')
  assert.deepEqual([status, report.ok, refused.state, refused.loads, refused.attaches], [1, false, 'missing', false, false])
  assert.match(refused.found, /^does not load: load process_lifecyc: E[A-Z]+ \(.*invalid mem access 'scalar'\)$/)
  assert.match(refused.verifier.at(-1)!, /invalid mem access 'scalar'$/)
  assert.ok(refused.verifier.length > 1, 'with what led there')
  assert.equal(refused.costs, probes.find(({ name }) => name === 'process_lifecycle')!.losesWhenOff)
  assert.notEqual(stateOf(report, 'exchange').state, 'missing')
})

test('an object that is none: what to do about it', () => {
  const text = join(folder, 'text')
  writeFileSync(text, 'not an object')
  const { report, status } = doctor({ [join(programs, '.output/tcp_connection.bpf.o')]: text })
  assert.equal(status, 1)
  assert.match(stateOf(report, 'tcp_connection').found, /^does not load: /)
  assert.match(stateOf(report, 'tcp_connection').fix, /^build again/)
})

test('without privileges: what could not be tried, and status 1', () => {
  const { stdout, stderr, status } = spawnSync('setpriv', ['--bounding-set=-bpf,-perfmon', '--inh-caps=-all', '--', process.execPath, main], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(status, 1)
  assert.match(stdout, / {2}missing +capabilities +lacks CAP_BPF CAP_PERFMON\n/)
  for (const { name } of probes) assert.match(stdout, new RegExp(` {2}not checked +${name} +needs CAP_BPF and CAP_PERFMON: run the doctor as root\n`))
})
