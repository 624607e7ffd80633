import { slower, usualOf, type Usual } from '../../charts/trouble.ts'
import type { HostBands, HostSummary } from '../../live/measured-resources.ts'
import { bytes, bytesPerSecond, cores, duration, sentence, share, type Figure } from '../../ui/format.ts'

type Points = readonly (number | null)[]

/** One of the host's small bands: a figure with its line over the page's time axis. */
export interface Band {
  readonly id: 'cpu' | 'run-queue' | 'memory' | 'pressure' | 'disk' | 'network'
  readonly label: string
  readonly figure: Figure
  readonly note: string
  /** It left its usual range, or something was lost: the note is amber. */
  readonly warns: boolean
  readonly points: Points
  /** The top of the line is never below it. */
  readonly max: number | undefined
  /** The step in which it left its usual range. */
  readonly since: number | undefined
}

/** Below these it is quiet however quiet it was before. */
const FLOOR = { cpu: 0.5, waitNs: 100_000, pressure: 0.05, bytesPerSecond: 2e6 } as const
const NEARLY_FULL = 0.95
const STOLEN = 0.05

/** Sums of several series, step by step; unknown where none of them is known. */
export function sumOf(series: readonly Points[], count: number): (number | null)[] {
  return Array.from({ length: count }, (_, i) => series.reduce<number | null>((sum, points) => (typeof points[i] === 'number' ? (sum ?? 0) + points[i] : sum), null))
}

interface Line {
  readonly points: Points
  readonly before: Points | undefined
  readonly floor: number
}

/** A line against the hour before it. */
function against({ points, before, floor }: Line): { readonly usual: Usual | undefined; readonly moved: { readonly since: number } | undefined } {
  const usual = before && usualOf(before)
  const held = usual && { ...usual, median: Math.max(usual.median, floor), high: Math.max(usual.high, floor) }
  return { usual, moved: slower(points, held) }
}

function band(parts: Pick<Band, 'id' | 'label' | 'figure' | 'note'> & { readonly line: Line; readonly was: (usual: number) => Figure; readonly warning?: string | undefined }): Band {
  const { line, was, warning, ...rest } = parts
  const { usual, moved } = against(line)
  const note = moved && usual ? `was ${sentence(was(usual.median))}` : (warning ?? rest.note)
  return { ...rest, note, warns: moved !== undefined || warning !== undefined, points: line.points, max: usual && 2 * usual.median, since: moved?.since }
}

const cpuPoints = ({ cpu, cpus }: HostBands, count: number) => sumOf([cpu.user, cpu.system, cpu.interrupt], count).map((value) => (value === null ? null : value * cpus))
const written = ({ disks }: HostBands, count: number) => sumOf(disks.map(({ writtenBytesPerSecond }) => writtenBytesPerSecond), count)
const passed = ({ interfaces }: HostBands, count: number) =>
  sumOf(interfaces.filter(({ name }) => name !== 'lo').flatMap(({ readBytesPerSecond, writtenBytesPerSecond }) => [readBytesPerSecond, writtenBytesPerSecond]), count)

const PRESSURES = [['ioSome', 'I/O pressure'], ['cpuSome', 'CPU pressure'], ['memorySome', 'Memory pressure']] as const

/**
 * The bands of one host. `now` has the figures, `lines` the steps of the range and `before` those of the hour before it, each
 * with its number of steps.
 */
export function bandsOf(now: HostSummary, lines: { readonly host: HostBands; readonly count: number }, before: { readonly host: HostBands; readonly count: number } | undefined): Band[] {
  const line = (of: (host: HostBands, count: number) => Points, floor: number): Line => ({ points: of(lines.host, lines.count), before: before && of(before.host, before.count), floor })
  const [pressure, pressureLabel] = PRESSURES.reduce((most, one) => (now.pressure[one[0]] > now.pressure[most[0]] ? one : most))
  const { network, disk } = now
  const lost = network.errorCount + network.dropCount
  return [
    band({
      id: 'cpu', label: 'CPU', figure: { ...cores(now.cpuCores), unit: '' }, note: `of ${now.cpus} ${now.cpus === 1 ? 'core' : 'cores'}`, line: line(cpuPoints, FLOOR.cpu), was: cores,
      warning: now.stealShare >= STOLEN ? `${sentence(share(now.stealShare))} stolen by other guests` : undefined,
    }),
    band({ id: 'run-queue', label: 'Run queue', figure: duration(now.runQueue?.p95), note: now.runQueue ? 'p95 wait' : 'not listened to', line: line(({ runQueue }) => runQueue.p95, FLOOR.waitNs), was: duration }),
    memoryBand(now, lines.host),
    band({ id: 'pressure', label: pressureLabel, figure: share(now.pressure[pressure]), note: 'some tasks waited', line: line((host) => host.pressure[pressure], FLOOR.pressure), was: share }),
    band({ id: 'disk', label: 'Disk writes', figure: bytesPerSecond(disk.writtenBytesPerSecond), note: disk.busiest ? `${disk.busiest.name} busy ${sentence(share(disk.busiest.busy))}` : 'no disk was used', line: line(written, FLOOR.bytesPerSecond), was: bytesPerSecond }),
    band({
      id: 'network', label: 'Network', figure: bytesPerSecond(network.receivedBytesPerSecond + network.sentBytesPerSecond), note: `lo ${sentence(bytesPerSecond(network.loopbackBytesPerSecond))}`, line: line(passed, FLOOR.bytesPerSecond), was: bytesPerSecond,
      warning: lost > 0 ? `${lost} dropped or broken` : undefined,
    }),
  ]
}

/** Memory has no usual range: what matters is how much is left. */
function memoryBand({ memoryUsedBytes, memoryTotalBytes, swapUsedBytes }: HostSummary, { memory }: HostBands): Band {
  const full = memoryUsedBytes >= memoryTotalBytes * NEARLY_FULL
  return {
    id: 'memory', label: 'Memory', figure: bytes(memoryUsedBytes), note: `of ${sentence(bytes(memoryTotalBytes))}${swapUsedBytes > 0 ? `, swap ${sentence(bytes(swapUsedBytes))}` : ''}`,
    warns: full, points: memory.used, max: memoryTotalBytes, since: undefined,
  }
}
