/**
 * What the probes that keep distributions cost a loop of system calls and a ping-pong through pipes, as interleaved pairs
 * (with / the mean of without before and after), while they listen and between their windows; and each program's
 * nanoseconds a run by the kernel's own count. Prints both and writes bench/results/probe-cost.json.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { probes } from '@sonde/bpf-programs'
import { ListeningProbe } from '@sonde/bpf-programs/testing/distributions'
import { enableStats } from '@sonde/libbpf'
import { buildLoops } from './loops.ts'
import { formatQuartiles, machine, quartiles, type Quartiles } from './measure.ts'

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } } })
if (flags.help) {
  console.log('bench/probe-cost.ts [--rounds 9] [--only TEXT]   what syscall_latency, run_queue_latency and block_io cost')
  process.exit(0)
}
const loops = buildLoops()
const loop = (kind: 'getppid' | 'pipe') => loops.run(kind, 150)

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
loops.remove()
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/probe-cost.json', import.meta.url), `${JSON.stringify({ machine: machine(), results, runs }, null, 2)}\n`)
