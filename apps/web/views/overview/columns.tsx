import { Sparkline, SparklineAxis, type SparklineKind } from '../../charts/sparkline.tsx'
import type { Column } from '../../ui/table-column.ts'
import { cores, duration, rate, share, type Figure } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import type { ServiceRow } from './rows.ts'
import { ToldWords } from './told.tsx'

export interface Axis {
  readonly fromMs: number
  readonly toMs: number
  /** Minutes east of UTC. */
  readonly offsetMinutes: number
  /** Lines are so many times as wide as they are at least. */
  readonly grow: number
}

interface Metric {
  readonly kind: SparklineKind
  readonly head: string
  readonly width: number
  readonly figureWidth: number
  readonly hideBelow?: number
  readonly figure: (row: ServiceRow) => Figure
  readonly value: (row: ServiceRow) => number | null | undefined
}

const METRICS: readonly Metric[] = [
  { kind: 'rate', head: 'Requests', width: 112, figureWidth: 76, figure: (row) => rate(row.figures?.requestRate), value: (row) => row.figures?.requestRate },
  { kind: 'errors', head: 'Errors', width: 84, figureWidth: 66, hideBelow: 1250, figure: (row) => share(hasRequests(row) ? row.figures?.errorRate : null), value: (row) => (hasRequests(row) ? row.figures?.errorRate : null) },
  { kind: 'p50', head: 'p50', width: 84, figureWidth: 72, hideBelow: 1320, figure: (row) => duration(row.figures?.durationNs.p50), value: (row) => row.figures?.durationNs.p50 },
  { kind: 'p95', head: 'p95', width: 84, figureWidth: 72, figure: (row) => duration(row.figures?.durationNs.p95), value: (row) => row.figures?.durationNs.p95 },
  { kind: 'p99', head: 'p99', width: 136, figureWidth: 74, figure: (row) => duration(row.figures?.durationNs.p99), value: (row) => row.figures?.durationNs.p99 },
]

const hasRequests = (row: ServiceRow) => (row.figures?.requestCount ?? 0) > 0

/** The step of a moved figure, as a share of the width. */
export function isMoved(row: ServiceRow, kind: SparklineKind): boolean {
  return row.told.some(({ what }) => what === kind || (what === 'p99' && kind === 'p95'))
}

function tone(row: ServiceRow, kind: SparklineKind): 'bad' | 'strong' | 'usual' {
  if (kind === 'errors') return row.told.some(({ what }) => what === 'errors') || (row.figures?.errorRate ?? 0) >= 0.01 ? 'bad' : 'usual'
  return kind === 'p99' && isMoved(row, kind) ? 'strong' : 'usual'
}

export function pointsOf(row: ServiceRow, kind: SparklineKind): readonly (number | null)[] {
  const { series } = row
  return kind === 'rate' ? series.requestRate : kind === 'errors' ? series.errorCount : series[kind]
}

export function topOf(row: ServiceRow, kind: SparklineKind): number | undefined {
  const usual = kind === 'errors' ? undefined : row.usual[kind]
  return usual && 2 * usual.median
}

function metricColumns({ kind, head, width: least, figureWidth, hideBelow, figure, value }: Metric, { grow, ...axis }: Axis, onset: number | undefined): Column<ServiceRow>[] {
  const width = Math.round(least * grow)
  return [
    { id: kind, head, width: figureWidth, end: true, descendingFirst: true, value, className: 'pr-1.5! pl-0!', headClassName: 'pr-1.5! pl-0!', cell: (row) => <Num figure={figure(row)} tone={tone(row, kind)} /> },
    {
      id: `${kind}-line`, head: <SparklineAxis {...axis} width={width} />, label: `${head} over time`, width, hideBelow, className: 'px-0!', headClassName: 'px-0! overflow-visible z-11!',
      cell: (row) => <Sparkline points={pointsOf(row, kind)} kind={kind} width={width} height={24} max={topOf(row, kind)} moved={isMoved(row, kind)} onset={onset} />,
    },
  ]
}

/** One row a service: its figures, each with a line over one shared axis, and what changed. */
export function serviceColumns(count: string, axis: Axis, onset: number | undefined): Column<ServiceRow>[] {
  return [
    {
      id: 'name', head: count, width: 200, fixed: true, value: (row) => row.name,
      cell: (row) => (
        <span className="flex items-center gap-2">
          <span className={`dot ${row.told.length > 0 ? 'text-warn' : 'text-transparent'}`} title={row.told.length > 0 ? 'out of its usual range' : undefined} />
          <Name text={row.name} className="cut font-medium" />
          <span className="text-xs text-t3">{row.protocol === 'http' ? 'HTTP' : row.protocol}{row.role === 'client' && ' client'}</span>
        </span>
      ),
    },
    ...METRICS.flatMap((metric) => metricColumns(metric, axis, onset)),
    { id: 'cpu', head: 'CPU', width: 84, end: true, descendingFirst: true, value: (row) => row.cpuCores, cell: (row) => <Num figure={cores(row.cpuCores)} slot="none" /> },
    {
      id: 'told', head: 'Against the hour before', className: 'pl-5!', headClassName: 'pl-5!', cell: (row) => (
        <span className="inline-flex gap-3">
          {row.told.map((told) => (
            <ToldWords key={told.what} told={told} brief={row.told.length > 1} />
          ))}
        </span>
      ),
    },
  ]
}
