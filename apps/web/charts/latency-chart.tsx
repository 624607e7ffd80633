'use client'
import { duration, sentence } from '../ui/format.ts'
import { clock } from '../ui/time.ts'
import { axisDuration } from './axis-units.ts'
import { AXIS_TEXT, TimeAxis, zoneOffsetMinutes } from './axis.tsx'
import { linePath } from './path.ts'
import { Picture } from './picture.tsx'
import { decadesAround, linearScale, logScale, type Scale } from './scale.ts'
import { logTicks, timeTicks } from './ticks.ts'

/** Percentiles of one step, in nanoseconds; null where nothing happened. */
export interface LatencyPoint {
  /** Begin of the step, ms since the epoch. */
  readonly at: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface LatencyChartProps {
  readonly points: readonly LatencyPoint[]
  readonly stepMs: number
  readonly width: number
  readonly height: number
  readonly label: string
  /** The other end's p95, dashed. */
  readonly serverP95?: readonly (number | null)[] | undefined
}

const GUTTER_PX = 38
const LINES = [['p50', 1], ['p95', 1.5], ['p99', 2.25]] as const

/** p50, p95 and p99 over time on a logarithmic axis; steps without requests are gaps. */
export function LatencyChart({ points, stepMs, width, height, label, serverP95 }: LatencyChartProps) {
  const [low, high] = decadesAround([...points.flatMap(({ p50, p95, p99 }) => [p50, p95, p99]), ...(serverP95 ?? [])])
  const from = points[0]?.at ?? 0
  const x = linearScale(from, from + points.length * stepMs, GUTTER_PX, width)
  const y = logScale(low, high, height - 1, 6)
  const line = (values: readonly (number | null)[]) => linePath(values.map((value, i) => (value === null ? null : [x(points[i]!.at + stepMs / 2), y(value)])))
  const table = () => ({
    columns: ['From', 'p50', 'p95', 'p99'],
    rows: points.map(({ at, p50, p95, p99 }) => [clock(at), ...[p50, p95, p99].map((value) => sentence(duration(value)))]),
  })
  return (
    <Picture label={label} table={table} height={height + 18}>
      <svg width={width} height={height + 18} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible' }}>
        <Grid low={low} high={high} y={y} width={width} />
        {LINES.map(([key, stroke]) => (
          <path key={key} d={line(points.map((point) => point[key]))} fill="none" stroke={`var(--lat-${key.slice(1)})`} strokeWidth={stroke} strokeLinejoin="round" strokeLinecap="round" />
        ))}
        {serverP95 && <path d={line(serverP95)} fill="none" stroke="var(--lat-95)" strokeWidth={1.5} strokeDasharray="4 3" strokeLinejoin="round" />}
        {points.length > 0 && <TimeAxis ticks={timeTicks(from, from + points.length * stepMs, width - GUTTER_PX, zoneOffsetMinutes(from))} x={x} y={height} left={GUTTER_PX} right={width} />}
      </svg>
    </Picture>
  )
}

function Grid({ low, high, y, width }: { readonly low: number; readonly high: number; readonly y: Scale; readonly width: number }) {
  return (
    <g>
      {logTicks(low, high, 4).map((tick) => (
        <g key={tick}>
          <path d={`M${GUTTER_PX} ${y(tick).toFixed(1)}H${width}`} stroke="var(--line)" strokeDasharray="1 3" />
          <text x={GUTTER_PX - 6} y={(y(tick) + 3.5).toFixed(1)} textAnchor="end" {...AXIS_TEXT}>
            {axisDuration(tick)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** The key of a latency chart. */
export function LatencyLegend({ server = false }: { readonly server?: boolean }) {
  const entries = [...LINES.map(([key, stroke]) => ({ name: key as string, color: `var(--lat-${key.slice(1)})`, stroke: Math.max(1.5, stroke), dash: undefined as string | undefined })), ...(server ? [{ name: 'p95, server', color: 'var(--lat-95)', stroke: 2, dash: '4 3' }] : [])]
  return (
    <span style={{ display: 'flex', gap: 8, fontSize: 'var(--text-xs)', color: 'var(--text-2)', whiteSpace: 'nowrap' }}>
      {entries.map(({ name, color, stroke, dash }) => (
        <span key={name} style={{ display: 'inline-flex', alignItems: 'center', gap: 5 }}>
          <svg width={14} height={8} aria-hidden="true">
            <path d="M0 4H14" stroke={color} strokeWidth={stroke} strokeDasharray={dash} />
          </svg>
          {name}
        </span>
      ))}
    </span>
  )
}
