import { probeKey } from '../../live/probe-key.ts'
import type { Probe } from '../../live/resources.ts'

/** A probe, or what all come to. */
export interface ProbeRow {
  readonly key: string
  readonly probe: Probe | undefined
  readonly sum: { readonly recordsPerSecond: number; readonly runsPerSecond: number | null; readonly cpuShare: number | null; readonly addedNsPerRequest: number | null; readonly lost: number } | undefined
}

/** Runs a second, from the share of a core and the cost of a run; null until both are measured. */
export const runsPerSecond = ({ cpuShare, nsPerRun }: Probe): number | null => (cpuShare === 0 ? 0 : cpuShare === null || nsPerRun === null || nsPerRun === 0 ? null : (cpuShare * 1e9) / nsPerRun)

/** One row a probe and one for all; a sum is null when none of its parts is measured. What is added to a request has no sum: of some it is a bound. */
export function probeRows(probes: readonly Probe[], addedNsPerRequest: number | null): ProbeRow[] {
  if (probes.length === 0) return []
  const sum = (values: readonly (number | null)[]) => {
    const known = values.filter((value): value is number => value !== null)
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
  }
  const all = {
    recordsPerSecond: sum(probes.map((probe) => probe.recordsPerSecond)) ?? 0, runsPerSecond: sum(probes.map(runsPerSecond)),
    cpuShare: sum(probes.map((probe) => probe.cpuShare)), addedNsPerRequest, lost: sum(probes.map((probe) => probe.lost)) ?? 0,
  }
  return [...probes.map((probe) => ({ key: probeKey(probe), probe, sum: undefined })), { key: 'all', probe: undefined, sum: all }]
}
