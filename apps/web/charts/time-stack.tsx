'use client'
import { useRef, type ReactNode } from 'react'
import { sentence, type Figure } from '../ui/format.ts'
import { clock } from '../ui/time.ts'
import { TimeAxis, zoneOffsetMinutes } from './axis.tsx'
import { HatchPattern } from './hatch.tsx'
import { Picture } from './picture.tsx'
import { linearScale, type Scale } from './scale.ts'
import { spanBounds } from './span-selection.ts'
import { calmDomain, domainOf, heightScale, type Domain, type TimeScale } from './time-plot-shape.ts'
import { TimePlot, type TimeSeries } from './time-plot.tsx'
import { timeTicks } from './ticks.ts'
import { useSpan } from './use-span.ts'

export type { TimeSeries } from './time-plot.tsx'

/** One chart of the stack. */
export interface TimeChart {
  readonly title: string
  readonly note?: ReactNode
  readonly height: number
  readonly scale: TimeScale
  readonly series: readonly TimeSeries[]
  /** A value as the legend and the table say it. */
  readonly figure: (value: number | null) => Figure
  /** A value as the axis says it. */
  readonly tick: (value: number) => string
}

export interface TimeStackProps {
  readonly label: string
  readonly charts: readonly TimeChart[]
  /** Begins of the steps, ms since the epoch. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly width: number
  /** Axes of another selection are not held. */
  readonly axisKey: string
  /** When it began: one dotted line through all. */
  readonly onsetMs?: number | undefined
  /** In these nothing is known: hatched. */
  readonly unknown: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** A stretch was chosen by dragging or by keys and Enter. */
  readonly onSelect: (fromMs: number, toMs: number) => void
}

const LEFT_PX = 56
const RIGHT_PX = 12
const HEAD_PX = 29
const AXIS_PX = 20

/** Charts above each other on one time axis, with one crosshair; dragging across any of them narrows the range. */
export function TimeStack({ label, charts, times, stepMs, width, axisKey, onsetMs, unknown, onSelect }: TimeStackProps) {
  const from = times[0] ?? 0
  const to = from + times.length * stepMs
  const x = linearScale(from, to, LEFT_PX, width - RIGHT_PX)
  const span = useSpan({ count: times.length, left: LEFT_PX, width: width - LEFT_PX - RIGHT_PX }, ([first, end]) => onSelect(from + first * stepMs, from + end * stepMs))
  const domains = useCalmDomains(charts, axisKey)
  const bounds = span.shown && spanBounds(span.shown)
  const at = bounds && bounds[1] - bounds[0] === 1 ? bounds[0] : undefined
  const marks: Marks = { x, cross: at === undefined ? undefined : from + (at + 0.5) * stepMs, band: bounds && at === undefined ? [from + bounds[0] * stepMs, from + bounds[1] * stepMs] : undefined, onsetMs, unknown: unknown.map(({ fromMs, toMs }) => [Math.max(from, fromMs), Math.min(to, toMs)] as const).filter(([begin, end]) => begin < end) }
  const height = charts.reduce((sum, chart) => sum + chart.height + HEAD_PX, AXIS_PX)
  return (
    <Picture label={label} table={() => tableOf(charts, times)} onKey={span.onKey} height={height}>
      <HatchPattern />
      {charts.map((chart, i) => (
        <div key={chart.title}>
          <ChartHead chart={chart} at={at} />
          <div {...span.pointer} data-chart={chart.title} style={{ position: 'relative', height: chart.height, touchAction: 'pan-y', userSelect: 'none', cursor: 'crosshair' }}>
            <TimePlot series={chart.series} times={times} stepMs={stepMs} scale={chart.scale} domain={domains[i]!} tick={chart.tick} width={width} height={chart.height} left={LEFT_PX} right={RIGHT_PX} />
            <Overlay marks={marks} chart={chart} at={at} y={heightScale(chart.scale, domains[i]!, chart.height)} width={width} />
          </div>
        </div>
      ))}
      <StackAxis marks={marks} from={from} to={to} width={width} says={at === undefined ? '' : clock(times[at]!)} />
      <p role="status" className="sr-only">{at === undefined ? '' : spoken(charts, times, at)}</p>
    </Picture>
  )
}

/** The axes, held while the same selection is drawn. */
function useCalmDomains(charts: readonly TimeChart[], axisKey: string): readonly Domain[] {
  const held = useRef<{ readonly key: string; readonly domains: readonly Domain[] }>(undefined)
  const before = held.current?.key === axisKey ? held.current.domains : []
  const domains = charts.map(({ scale, series }, i) => calmDomain(scale, before[i], domainOf(scale, series.map(({ values }) => values))))
  // The same array while nothing moved, so that plots needn't be drawn again.
  const same = domains.map((domain, i) => (before[i] && before[i][0] === domain[0] && before[i][1] === domain[1] ? before[i] : domain))
  held.current = { key: axisKey, domains: same }
  return same
}

interface Marks {
  readonly x: Scale
  readonly cross: number | undefined
  readonly band: readonly [number, number] | undefined
  readonly onsetMs: number | undefined
  readonly unknown: readonly (readonly [number, number])[]
}

/** What lies over a plot: what is unknown, when it began, the stretch being chosen, the crosshair with its dots. */
function Overlay({ marks: { x, cross, band, onsetMs, unknown }, chart, at, y, width }: { readonly marks: Marks; readonly chart: TimeChart; readonly at: number | undefined; readonly y: Scale; readonly width: number }) {
  const { height } = chart
  return (
    <svg width={width} height={height} aria-hidden="true" style={{ position: 'absolute', inset: 0, overflow: 'visible', pointerEvents: 'none' }}>
      {unknown.map(([begin, end]) => <rect key={begin} x={x(begin)} width={x(end) - x(begin)} height={height} fill="url(#sonde-hatch)" />)}
      {onsetMs !== undefined && x(onsetMs) >= LEFT_PX && x(onsetMs) <= width - RIGHT_PX && <path d={`M${x(onsetMs).toFixed(1)} 0V${height}`} stroke="var(--warn)" strokeDasharray="2 3" opacity={0.8} />}
      {band && <rect x={x(band[0])} width={x(band[1]) - x(band[0])} height={height} fill="var(--accent)" opacity={0.08} />}
      {cross !== undefined && <path d={`M${x(cross).toFixed(1)} 0V${height}`} stroke="var(--text-2)" />}
      {cross !== undefined && at !== undefined && chart.series.map(({ name, mark, values, color }) => {
        const value = values[at] ?? null
        return mark === 'bars' || value === null ? null : <circle key={name} cx={x(cross)} cy={y(value)} r={2.5} fill="var(--surface-0)" stroke={color} strokeWidth={1.5} />
      })}
    </svg>
  )
}

/** The time axis under the lowest chart alone, and the crosshair's time in an inverted label. */
function StackAxis({ marks: { x, cross }, from, to, width, says }: { readonly marks: Marks; readonly from: number; readonly to: number; readonly width: number; readonly says: string }) {
  const ticks = timeTicks(from, to, width - LEFT_PX - RIGHT_PX, zoneOffsetMinutes(to))
  return (
    <svg width={width} height={AXIS_PX} aria-hidden="true" style={{ display: 'block', overflow: 'visible' }}>
      <path d={`M${LEFT_PX} 0.5H${width - RIGHT_PX}`} stroke="var(--line)" />
      <TimeAxis ticks={ticks} x={x} y={0} left={LEFT_PX} right={width} />
      {cross !== undefined && (
        <g>
          <rect x={x(cross) - 27} y={2} width={54} height={16} rx={3} fill="var(--text-1)" />
          <text x={x(cross)} y={14} textAnchor="middle" fontSize={11} fontWeight={500} fill="var(--surface-0)">{says}</text>
        </g>
      )}
    </svg>
  )
}

/** Title, note and key; under the crosshair the key has values. */
function ChartHead({ chart: { title, note, series, figure }, at }: { readonly chart: TimeChart; readonly at: number | undefined }) {
  return (
    <div className="flex h-[29px] items-center gap-2 pt-1 pr-3 pl-4">
      <h2 className="text-sm font-medium whitespace-nowrap">{title}</h2>
      {note !== undefined && <span className="cut text-xs text-t3">{note}</span>}
      <span className="flex-1" />
      <span className="flex gap-3 text-xs whitespace-nowrap text-t2">
        {series.map(({ name, mark, color, stroke, values }) => (
          <span key={name} className="inline-flex items-center gap-[5px]">
            <svg width={mark === 'bars' ? 8 : 14} height={8} aria-hidden="true">
              {mark === 'bars' ? <rect width={8} height={8} rx={1} fill={color} /> : <path d="M0 4H14" stroke={color} strokeWidth={Math.max(1.5, stroke)} />}
            </svg>
            {name}
            {at !== undefined && <b className="min-w-13 font-medium text-t1">{sentence(figure(values[at] ?? null))}</b>}
          </span>
        ))}
      </span>
    </div>
  )
}

const columnsOf = (charts: readonly TimeChart[]) => charts.flatMap((chart) => chart.series.map((one) => ({ name: chart.series.length > 1 ? one.name : chart.title, values: one.values, figure: chart.figure })))

function tableOf(charts: readonly TimeChart[], times: readonly number[]) {
  const columns = columnsOf(charts)
  return { columns: ['From', ...columns.map(({ name }) => name)], rows: times.map((at, i) => [clock(at), ...columns.map(({ values, figure }) => sentence(figure(values[i] ?? null)))]) }
}

const spoken = (charts: readonly TimeChart[], times: readonly number[], at: number) =>
  `${clock(times[at] ?? 0)}: ${columnsOf(charts).map(({ name, values, figure }) => `${name} ${sentence(figure(values[at] ?? null))}`).join(', ')}`
