import type { Probe } from '../../live/index.ts'

/** A probe, or what all come to. */
export interface ProbeRow {
  readonly key: string
  readonly probe: Probe | undefined
  readonly sum: { readonly recordsPerSecond: number; readonly runsPerSecond: number | null; readonly cpuShare: number | null; readonly lost: number } | undefined
}

export const probeKey = ({ host, name }: Probe): string => `${host} ${name}`

/** Runs a second, from the share of a core and the cost of a run; null until both are measured. */
export const runsPerSecond = ({ cpuShare, nsPerRun }: Probe): number | null => (cpuShare === null || nsPerRun === null || nsPerRun === 0 ? null : (cpuShare * 1e9) / nsPerRun)

/** One row a probe and one for all; a sum is null when none of its parts is measured. */
export function probeRows(probes: readonly Probe[]): ProbeRow[] {
  if (probes.length === 0) return []
  const sum = (values: readonly (number | null)[]) => {
    const known = values.filter((value): value is number => value !== null)
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
  }
  const all = {
    recordsPerSecond: sum(probes.map((probe) => probe.recordsPerSecond)) ?? 0, runsPerSecond: sum(probes.map(runsPerSecond)),
    cpuShare: sum(probes.map((probe) => probe.cpuShare)), lost: sum(probes.map((probe) => probe.lost)) ?? 0,
  }
  return [...probes.map((probe) => ({ key: probeKey(probe), probe, sum: undefined })), { key: 'all', probe: undefined, sum: all }]
}
