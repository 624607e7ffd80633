import { probes } from '@sonde/bpf-programs'
import type { Probe } from '@sonde/bpf-programs/probe'
import { Losses } from '../health/losses.ts'
import { attach, OwnProcesses, verifierLines, type Examined } from '../kernel/index.ts'
import type { Finding, ProbeFinding } from './finding.ts'

const VERIFIER_LINES = 4

interface Tried {
  readonly finding: ProbeFinding
  readonly examined: Examined
}

/** Has the kernel load, attach and unload every probe, one after the other, exactly as the collector would. Nothing stays. */
export function examineProbes(): { probes: ProbeFinding[]; programTypes: Finding[] } {
  const tried = probes.map(tryProbe)
  return { probes: tried.map(({ finding }) => finding), programTypes: programTypes(tried) }
}

/** Where programs can't be loaded: what would be tried. */
export function untriedProbes(why: string): ProbeFinding[] {
  return probes.map((probe) => ({
    name: probe.name, state: 'not checked', found: why, costs: probe.losesWhenOff, fix: '', enabledByDefault: probe.enabledByDefault ?? true, loads: undefined, attaches: undefined, verifier: [],
  }))
}

function tryProbe(probe: Probe): Tried {
  const losses = new Losses()
  const kernel = attach([probe], { observe: () => {}, losses, own: new OwnProcesses([process.pid], losses), probes: { [probe.name]: { enabled: true } }, statistics: false })
  try {
    const [health] = kernel.health()
    const examined = kernel.examine(probe.name)
    return { finding: findingOf(probe, health!, kernel.problems().find(({ what }) => what.startsWith(probe.name)), examined), examined }
  } finally {
    kernel.close()
  }
}

function findingOf(probe: Probe, health: { readonly state: string; readonly reason: string }, problem: { readonly detail: string; readonly fix: string } | undefined, { log }: Examined): ProbeFinding {
  const common = { name: probe.name, enabledByDefault: probe.enabledByDefault ?? true }
  if (health.state === 'attached') return { ...common, state: 'ok', found: 'loads, attaches', costs: '', fix: '', loads: true, attaches: true, verifier: [] }
  if (health.state === 'partial') return { ...common, state: 'partly', found: `loads, attaches; ${problem?.detail ?? ''}`, costs: health.reason, fix: problem?.fix ?? '', loads: true, attaches: true, verifier: [] }
  const loads = health.reason.startsWith('attach ')
  return { ...common, state: 'missing', found: `${loads ? 'loads, does not attach' : 'does not load'}: ${health.reason}`, costs: probe.losesWhenOff, fix: problem?.fix ?? '', loads, attaches: false, verifier: verifierLines(log).slice(-VERIFIER_LINES) }
}

const TYPES: Readonly<Record<string, string>> = {
  tp_btf: 'BTF tracepoint', raw_tp: 'raw tracepoint', 'raw_tracepoint': 'raw tracepoint', tp: 'tracepoint', tracepoint: 'tracepoint', perf_event: 'perf event', iter: 'iterator', uprobe: 'uprobe', uretprobe: 'uprobe', syscall: 'run by user space',
}

/** Each type of program that probes have: it works if one of them does. */
function programTypes(tried: readonly Tried[]): Finding[] {
  const byType = Map.groupBy(
    tried.flatMap(({ examined }) => examined.programs),
    ({ section }) => TYPES[section.split('/')[0]!.replace(/[.?]/g, '')] ?? section.split('/')[0]!,
  )
  return [...byType].map(([name, programs]) => {
    const working = programs.filter(({ refused }) => refused === undefined).length
    const found = `${working} of ${programs.length} programs`
    if (working > 0) return { name, state: working === programs.length ? 'ok' : 'partly', found, costs: '', fix: '' }
    return { name, state: 'missing', found: `${found}: ${programs[0]!.refused}`, costs: 'the probes below that have such programs', fix: '' }
  })
}
