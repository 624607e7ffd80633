// node check.ts: in the guest. Attaches every probe as the collector does, does what they are there to see, and prints Findings.
import { release } from 'node:os'
import { probes } from '../../../packages/bpf-programs/probes/index.ts'
import { lackInWords, type FittedProbe, type KernelFeature } from '../../../packages/bpf-programs/kernel-features.ts'
import type { Probe } from '../../../packages/bpf-programs/probe.ts'
import { Losses } from '../../../apps/collector/src/health/losses.ts'
import { fitProbes } from '../../../apps/collector/src/kernel/fit.ts'
import { attach, OwnProcesses, ProbeRefused } from '../../../apps/collector/src/kernel/index.ts'
import { loadProbe } from '../../../apps/collector/src/kernel/load.ts'
import type { Findings, ProbeFinding } from '../findings.ts'
import { feeds } from './feeds.ts'
import { Seen } from './seen.ts'

const RING_BYTES = 1 << 20

async function check(): Promise<Findings> {
  const started = performance.now()
  const losses = new Losses()
  const seen = new Seen()
  const fitted = fitProbes(probes)
  const kernel = attach(probes, {
    observe: seen.observe, losses, own: new OwnProcesses([], losses, () => []), statistics: false,
    probes: Object.fromEntries(probes.map(({ name }) => [name, { enabled: true, ringBytes: RING_BYTES }])),
  })
  const health = new Map(kernel.health().map((one) => [one.name, one]))
  for (const { name } of probes) kernel.attend(name, 'watched')
  const asks = new Map<string, () => string[]>()
  for (const { name } of probes) {
    const feed = feeds[name]
    if (feed && health.get(name)!.state !== 'refused') asks.set(name, await feed(seen, () => kernel.drain()))
  }
  const unexpected = kernel.problems()
  kernel.close()
  const findings = fitted.map((one): ProbeFinding => {
    const { name } = one.probe
    const { state, reason } = health.get(name)!
    return {
      probe: name, state, reason, ...lacksOf(one),
      unexpected: unexpected.filter(({ what, detail }) => what.startsWith(`${name}:`) && !detail.includes('this kernel (')).map(({ detail }) => detail),
      wrong: asks.get(name)?.() ?? (feeds[name] ? [] : ['not fed']),
    }
  })
  return {
    release: release(), probes: findings, seconds: (performance.now() - started) / 1000,
    losses: [...losses.all()].filter(({ count }) => count > 0).map(({ where, reason, count }) => `${where}: ${reason} (${count})`),
  }
}

function lacksOf({ probe, lacks, without, fallback }: FittedProbe): Pick<ProbeFinding, 'lacks' | 'refusedAnyhow'> {
  const inWords = (features: readonly KernelFeature[]) => features.map((feature) => lackInWords([feature]))
  if (lacks.length > 0) return { lacks: inWords(lacks), refusedAnyhow: refusalOf(probe) }
  return { lacks: inWords([...(fallback?.lacks ?? []), ...without.values()]) }
}

/** What the kernel says if a probe is loaded against the rule. */
function refusalOf(probe: Probe): string {
  try {
    loadProbe({ probe, lacks: [], without: new Map(), fallback: undefined }, probe.open().layouts, { ringBytes: RING_BYTES, probeId: 1 }).object.close()
    return ''
  } catch (error) {
    if (error instanceof ProbeRefused) return error.message
    throw error
  }
}

console.log(JSON.stringify(await check()))
process.exit(0)
