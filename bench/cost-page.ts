// node bench/cost-page.ts [--check]: writes docs/reference/cost.md from bench/results; --check: fails if it isn't current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interleaved, Quartiles } from './measure.ts'

type Machine = Readonly<Record<string, string | number>>

interface NginxResults {
  readonly machine: Machine
  readonly nginxFullSpeed: { readonly baseRate: Quartiles; readonly results: readonly Interleaved[] }
  readonly workingServer: { readonly baseRate: Quartiles; readonly results: readonly Interleaved[] }
  readonly collectorUsPerExchange: Quartiles
  readonly webUsPerExchange: Quartiles
  readonly lostPerRound: readonly number[]
  readonly peakMemory: { readonly collectorBytes: number; readonly webBytes: number }
}

interface ProbesResults {
  readonly machine: Machine
  readonly results: Readonly<Record<string, Readonly<Record<string, Quartiles>>>>
}

interface ProbeCostResults {
  readonly machine: Machine
  readonly results: readonly { readonly name: string; readonly ratio: Quartiles; readonly withoutNs: Quartiles; readonly withNs: Quartiles }[]
  readonly runs: readonly { readonly program: string; readonly nsPerRun: number; readonly runs: number }[]
}

interface PipelineResults {
  readonly machine: Machine
  readonly rows: number
  readonly decoding: readonly string[]
  readonly storing: readonly { readonly what: string; readonly ms: number; readonly slowestMs?: number; readonly rowsPerSecond?: number; readonly segmentBytes?: number }[]
}

const page = join(import.meta.dirname, '../docs/reference/cost.md')

/** What a benchmark wrote last; undefined if it never ran. */
function resultsOf<T>(name: string): T | undefined {
  const file = join(import.meta.dirname, `results/${name}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined
}

const spread = ({ median, q1, q3, n }: Quartiles, digits = 3) => `${median.toFixed(digits)} (${q1.toFixed(digits)}–${q3.toFixed(digits)}, n = ${n})`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) => [head, head.map(() => '--'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const measuredOn = ({ kernel, cpu, cores, commit, date }: Machine) => `Linux ${kernel}, ${cores} × ${cpu}, commit ${commit}, ${String(date).slice(0, 10)}.`

function nginxSection(nginx: NginxResults): string {
  const rows = ([['nginx `return 200`, `wrk -t1 -c16`, full speed', nginx.nginxFullSpeed], ['a server that works 1 ms a request, `wrk -t1 -c1`', nginx.workingServer]] as const).flatMap(([load, { baseRate, results }]) =>
    results.map(({ name, ratio, addedCoreUs }) => [load, name, baseRate.median.toFixed(0), spread(ratio), spread(addedCoreUs, 2)]))
  return `## What it costs a server

Server, load, collector, web and store on the same cores. ${measuredOn(nginx.machine)}

${table(['load', 'with', 'requests a second without', 'ratio', 'core-µs added a request'], rows)}

Collector: ${spread(nginx.collectorUsPerExchange, 2)} µs of CPU an exchange seen at both ends, hub and store behind it; web and store: ${spread(nginx.webUsPerExchange, 2)} µs.
Peak memory, each page counted once: collector ${(nginx.peakMemory.collectorBytes / 1e6).toFixed(0)} MB, web ${(nginx.peakMemory.webBytes / 1e6).toFixed(0)} MB. Records lost, and counted, in each round: ${nginx.lostPerRound.join(', ')}.`
}

function probesSection({ machine, results }: ProbesResults): string {
  const loads = Object.keys(Object.values(results)[0] ?? {})
  return `## What each probe costs

The whole of Sonde runs, with \`process_lifecycle\` and the probes named. Speed with over speed without. ${measuredOn(machine)}
The two loops run for ten seconds, in one of which \`syscall_latency\` and \`run_queue_latency\` listen; what they cost in it is below.

${table(['probes', ...loads], Object.entries(results).map(([name, of]) => [name, ...loads.map((load) => spread(of[load]!))]))}`
}

function probeCostSection({ machine, results, runs }: ProbeCostResults): string {
  return `## Histograms kept in the kernel

A program alone, attached and listening, or between its windows. Time with over time without. ${measuredOn(machine)}

${table(['case', 'ratio', 'ns without', 'ns with'], results.map(({ name, ratio, withoutNs, withNs }) => [name, spread(ratio, 2), withoutNs.median.toFixed(0), withNs.median.toFixed(0)]))}

${table(['program', 'ns a run, by the kernel’s count', 'runs'], runs.map(({ program, nsPerRun, runs: count }) => [`\`${program}\``, nsPerRun.toFixed(0), String(count)]))}`
}

function pipelineSection({ machine, rows, decoding, storing }: PipelineResults): string {
  return `## Decoding, storing, asking

${measuredOn(machine)} Records through decoder, model and streams:

${decoding.map((line) => `    ${line}`).join('\n')}

The store at ${rows.toLocaleString('en')} requests:

${table(['what', 'ms, median of 5', 'slowest'], storing.map(({ what, ms, slowestMs, rowsPerSecond, segmentBytes }) => [what, String(ms), slowestMs !== undefined ? String(slowestMs) : rowsPerSecond ? `${rowsPerSecond} rows a second` : segmentBytes ? `${(segmentBytes / 1e6).toFixed(0)} MB` : '']))}`
}

/** The page, from what is in bench/results. */
function costPage(): string {
  const [nginx, probes, probeCost, pipeline] = [resultsOf<NginxResults>('nginx'), resultsOf<ProbesResults>('probes'), resultsOf<ProbeCostResults>('probe-cost'), resultsOf<PipelineResults>('pipeline')]
  const sections = [nginx && nginxSection(nginx), probes && probesSection(probes), probeCost && probeCostSection(probeCost), pipeline && pipelineSection(pipeline)].filter((section) => section !== undefined)
  return `# What Sonde costs

<!-- Made from bench/results by bench/cost-page.ts; do not edit. -->

Medians, with quartiles in brackets, of runs that alternate: each run with is compared with the runs without before and after it, because a machine's speed drifts by more than what is
measured. Differences under 0.02 mean nothing. \`npm run bench\` measures it anew.

${sections.join('\n\n')}
`
}

if (!process.argv.includes('--check')) writeFileSync(page, costPage())
else if (!existsSync(page) || readFileSync(page, 'utf8') !== costPage()) {
  console.log('docs/reference/cost.md is not current: node bench/cost-page.ts, and commit it')
  process.exitCode = 1
}
