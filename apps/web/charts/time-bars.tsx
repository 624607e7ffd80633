'use client'
import { clock } from '../ui/time.ts'
import { grouped } from '../ui/format.ts'
import { TimeAxis, zoneOffsetMinutes } from './axis.tsx'
import { Picture } from './picture.tsx'
import { linearScale, type Scale } from './scale.ts'
import { spanBounds } from './span-selection.ts'
import { timeTicks } from './ticks.ts'
import { useSpan } from './use-span.ts'

/** Counts of one step; `marked` of them are drawn in front, from the baseline. */
export interface TimeBar {
  /** Begin of the step, ms since the epoch. */
  readonly at: number
  /** Null where nothing is known. */
  readonly count: number | null
  readonly marked: number
}

export interface TimeBarsProps {
  /** Whole steps, evenly spaced and in order. */
  readonly bars: readonly TimeBar[]
  readonly stepMs: number
  readonly width: number
  readonly label: string
  /** What `marked` means, for the table; up to its first comma for the tooltip. */
  readonly markedLabel?: string | undefined
  /** A stretch was chosen by dragging or by keys and Enter. */
  readonly onSelect: (fromMs: number, toMs: number) => void
}

const PLOT_PX = 40
const HEIGHT_PX = 56

/** Counts over time, 56 px high with its axis. Dragging narrows: it applies on release, Esc cancels. */
export function TimeBars({ bars, stepMs, width, label, markedLabel, onSelect }: TimeBarsProps) {
  const span = useSpan({ count: bars.length, left: 0, width }, ([from, to]) => {
    const first = bars[from]
    if (first) onSelect(first.at, first.at + (to - from) * stepMs)
  })
  const from = bars[0]?.at ?? 0
  const to = from + bars.length * stepMs
  const x = linearScale(from, to, 0, width)
  const table = () => ({
    columns: ['From', 'Requests', ...(markedLabel ? [markedLabel] : [])],
    rows: bars.map((bar) => [clock(bar.at), bar.count === null ? '–' : grouped(bar.count), ...(markedLabel ? [grouped(bar.marked)] : [])]),
  })
  return (
    <Picture label={label} table={table} onKey={span.onKey} height={HEIGHT_PX}>
      <svg width={width} height={HEIGHT_PX} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible', touchAction: 'pan-y', userSelect: 'none', cursor: 'crosshair' }} {...span.pointer}>
        <rect width={width} height={HEIGHT_PX} fill="transparent" />
        {span.shown && <Band bounds={spanBounds(span.shown)} width={width} count={bars.length} />}
        <Bars bars={bars} stepMs={stepMs} x={x} />
        <path d={`M0 ${PLOT_PX + 0.5}H${width}`} stroke="var(--line)" />
        <TimeAxis ticks={timeTicks(from, to, width, zoneOffsetMinutes(to))} x={x} y={PLOT_PX + 1} left={0} right={width} />
      </svg>
      {span.shown && <Reading bars={bars} bounds={spanBounds(span.shown)} stepMs={stepMs} width={width} markedLabel={markedLabel} />}
    </Picture>
  )
}

function Bars({ bars, stepMs, x }: { readonly bars: readonly TimeBar[]; readonly stepMs: number; readonly x: Scale }) {
  const max = Math.max(1, ...bars.map((bar) => bar.count ?? 0))
  const high = (count: number) => (count / max) * (PLOT_PX - 8)
  return (
    <g>
      {bars.map(({ at, count, marked }) => {
        const left = x(at)
        const wide = Math.max(0.5, x(at + stepMs) - left - 1)
        if (count === null) return <rect key={at} x={left} y={8} width={wide} height={PLOT_PX - 8} fill="url(#sonde-hatch)" />
        return (
          <g key={at}>
            {count > 0 && <rect x={left} y={PLOT_PX - high(count)} width={wide} height={high(count)} fill="var(--line-3)" opacity={0.75} />}
            {marked > 0 && <rect x={left} y={PLOT_PX - Math.max(1, high(marked))} width={wide} height={Math.max(1, high(marked))} fill="var(--lat-99)" />}
          </g>
        )
      })}
    </g>
  )
}

function Band({ bounds: [from, to], width, count }: { readonly bounds: readonly [number, number]; readonly width: number; readonly count: number }) {
  return <rect x={(from / count) * width} width={((to - from) / count) * width} height={PLOT_PX} fill="var(--accent-soft)" />
}

/** The figures under the pointer, in a tooltip that stays inside. */
function Reading({ bars, bounds: [from, to], stepMs, width, markedLabel }: { readonly bars: readonly TimeBar[]; readonly bounds: readonly [number, number]; readonly stepMs: number; readonly width: number; readonly markedLabel?: string | undefined }) {
  const chosen = bars.slice(from, to)
  const first = chosen[0]
  if (!first) return null
  const sum = chosen.reduce((total, bar) => total + (bar.count ?? 0), 0)
  const marked = chosen.reduce((total, bar) => total + bar.marked, 0)
  const end = first.at + chosen.length * stepMs
  const left = Math.min(Math.max((((from + to) / 2) * width) / bars.length - 110, 0), Math.max(0, width - 220))
  const line = { display: 'flex', justifyContent: 'space-between', gap: 12 } as const
  return (
    <div role="status" style={{ position: 'absolute', left, top: HEIGHT_PX + 2, width: 220, zIndex: 'var(--z-tooltip)', background: 'var(--surface-2)', border: '1px solid var(--line-2)', borderRadius: 'var(--radius)', padding: '6px 10px', fontSize: 'var(--text-xs)', lineHeight: 'var(--leading-sm)', color: 'var(--text-2)', pointerEvents: 'none' }}>
      <div style={line}>
        <b style={{ color: 'var(--text-1)', fontWeight: 500 }}>{`${clock(first.at)} – ${clock(end)}`}</b>
        <span style={{ color: 'var(--text-3)' }}>{`${new Date(first.at).toISOString().slice(11, 19)} UTC`}</span>
      </div>
      <div style={line}>
        <span>{markedLabel ? `${grouped(marked)} ${markedLabel.split(',')[0]}` : ''}</span>
        <b style={{ color: 'var(--text-1)', fontWeight: 500 }}>{`${grouped(sum)} ${sum === 1 ? 'request' : 'requests'}`}</b>
      </div>
    </div>
  )
}
