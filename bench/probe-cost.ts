/**
 * What the probes that keep distributions cost a loop of system calls and a ping-pong through pipes, as interleaved pairs
 * (with / the mean of without before and after), while they listen and between their windows; and each program's
 * nanoseconds a run by the kernel's own count. Prints both and writes bench/results/probe-cost.json.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { probes } from '@sonde/bpf-programs'
import { ListeningProbe } from '@sonde/bpf-programs/testing/distributions'
import { enableStats } from '@sonde/libbpf'
import { formatQuartiles, machine, quartiles, type Quartiles } from './measure.ts'

/** Nanoseconds a call of getppid, or a round trip through two pipes, over `ms`; one CPU. */
const SOURCE = `#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
int main(int argc, char **argv) {
  cpu_set_t one; CPU_ZERO(&one); CPU_SET(1, &one); sched_setaffinity(0, sizeof(one), &one); setpriority(PRIO_PROCESS, 0, -19);
  double length = atof(argv[2]) * 1e6, begin; long n = 0;
  if (argv[1][0] == 'g') {
    for (begin = now(); now() - begin < length; n += 1000) for (int i = 0; i < 1000; i++) syscall(SYS_getppid);
  } else {
    int a[2], b[2]; char c = 0; pipe(a); pipe(b);
    if (!fork()) { close(a[1]); while (read(a[0], &c, 1) == 1) write(b[1], &c, 1); _exit(0); }
    for (begin = now(); now() - begin < length; n += 100) for (int i = 0; i < 100; i++) { write(a[1], &c, 1); read(b[0], &c, 1); }
  }
  printf("%f\\n", (now() - begin) / n);
}`

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } } })
if (flags.help) {
  console.log('bench/probe-cost.ts [--rounds 9] [--only TEXT]   what syscall_latency, run_queue_latency and block_io cost')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'sonde-cost-'))
const program = join(folder, 'loop')
writeFileSync(join(folder, 'loop.c'), SOURCE)
execFileSync('clang-19', ['-O2', '-Wno-unused-result', '-o', program, join(folder, 'loop.c')])
const loop = (kind: 'getppid' | 'pipe') => Number(execFileSync(program, [kind, '150'], { encoding: 'utf8' }))

interface Case {
  /** A part of it chooses it with --only. */
  readonly name: string
  readonly probe: string
  readonly loop: 'getppid' | 'pipe'
  /** False: loaded but detached, as between windows. */
  readonly listening: boolean
}

const CASES: readonly Case[] = [
  { name: 'syscall_latency listening, getppid', probe: 'syscall_latency', loop: 'getppid', listening: true },
  { name: 'syscall_latency between windows, getppid', probe: 'syscall_latency', loop: 'getppid', listening: false },
  { name: 'syscall_latency listening, pipe', probe: 'syscall_latency', loop: 'pipe', listening: true },
  { name: 'run_queue_latency listening, pipe', probe: 'run_queue_latency', loop: 'pipe', listening: true },
  { name: 'run_queue_latency between windows, pipe', probe: 'run_queue_latency', loop: 'pipe', listening: false },
  { name: 'run_queue_latency listening, getppid', probe: 'run_queue_latency', loop: 'getppid', listening: true },
  { name: 'block_io listening, pipe', probe: 'block_io', loop: 'pipe', listening: true },
]

const probeOf = (name: string) => new ListeningProbe(probes.find((probe) => probe.name === name)!)

interface Result {
  readonly name: string
  readonly ratio: Quartiles
  readonly withoutNs: Quartiles
  readonly withNs: Quartiles
}

function measure(one: Case, rounds: number): Result {
  const probe = probeOf(one.probe)
  probe.detach()
  const sample = { ratio: [] as number[], withoutNs: [] as number[], withNs: [] as number[] }
  for (let round = 1; round <= rounds; round++) {
    const before = loop(one.loop)
    if (one.listening) probe.attach()
    if (one.listening) probe.listen(round)
    const during = loop(one.loop)
    probe.listen(0)
    probe.detach()
    const without = (before + loop(one.loop)) / 2
    sample.ratio.push(during / without)
    sample.withoutNs.push(without)
    sample.withNs.push(during)
  }
  probe.close()
  return { name: one.name, ratio: quartiles(sample.ratio), withoutNs: quartiles(sample.withoutNs), withNs: quartiles(sample.withNs) }
}

/** Nanoseconds a run by the kernel's own count, which adds ≈ 20 ns to each. */
function runsOf(name: string): { program: string; nsPerRun: number; runs: number }[] {
  const disable = enableStats()
  const probe = probeOf(name)
  if (name === 'syscall_latency') loop('getppid')
  else if (name === 'run_queue_latency') loop('pipe')
  else execFileSync('dd', ['if=/dev/zero', `of=${join(import.meta.dirname, '.written')}`, 'bs=64k', 'count=100', 'oflag=dsync', 'status=none'])
  const programs = probe.object.programs().map(({ name: program }) => {
    const { runCount, runTimeNs } = probe.object.programInfo(program)
    return { program, nsPerRun: runTimeNs / Math.max(1, runCount), runs: runCount }
  })
  probe.close()
  disable()
  rmSync(join(import.meta.dirname, '.written'), { force: true })
  return programs
}

const results = CASES.filter(({ name }) => name.includes(flags.only)).map((one) => {
  const result = measure(one, Number(flags.rounds))
  console.log(`${one.name.padEnd(44)} ${formatQuartiles(result.ratio, 2)}   ${result.withoutNs.median.toFixed(0)} → ${result.withNs.median.toFixed(0)} ns`)
  return result
})
const runs = ['syscall_latency', 'run_queue_latency', 'block_io'].flatMap(runsOf)
for (const { program, nsPerRun, runs: count } of runs) console.log(`${program}: ${nsPerRun.toFixed(0)} ns a run, of ${count}`)
rmSync(folder, { recursive: true })
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/probe-cost.json', import.meta.url), `${JSON.stringify({ machine: machine(), results, runs }, null, 2)}\n`)
