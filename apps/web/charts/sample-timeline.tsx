'use client'
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { cores, grouped, sentence } from '../ui/format.ts'
import { clock } from '../ui/time.ts'
import { AXIS_TEXT, TimeAxis, zoneOffsetMinutes } from './axis.tsx'
import { Picture } from './picture.tsx'
import { linearScale, type Scale } from './scale.ts'
import { spanBounds, spanKey, stepAt, type StepSpan } from './span-selection.ts'
import { roundUp, timeTicks } from './ticks.ts'

/** Samples of one step. */
export interface SampleBar {
  /** Begin of the step, ms since the epoch. */
  readonly at: number
  readonly count: number
}

export interface SampleTimelineProps {
  /** Whole steps, evenly spaced and in order. */
  readonly bars: readonly SampleBar[]
  readonly stepMs: number
  /** CPU time a sample stands for; 0 if it isn't known. */
  readonly sampleNs: number
  readonly width: number
  readonly label: string
  /** What is looked at, if the bars show more. */
  readonly chosen: { readonly fromMs: number; readonly toMs: number } | undefined
  /** When something was lost. */
  readonly lostMs: readonly number[]
  readonly onSelect: (fromMs: number, toMs: number) => void
}

const PLOT_PX = 44
const HEIGHT_PX = 62
const HANDLE_PX = 6
const REACH_PX = 6

/** Samples over time with what is chosen of it; dragging chooses, dragging an edge moves it. Applies on release, Esc cancels. */
export function SampleTimeline({ bars, stepMs, sampleNs, width, label, chosen, lostMs, onSelect }: SampleTimelineProps) {
  const from = bars[0]?.at ?? 0
  const to = from + bars.length * stepMs
  const x = linearScale(from, to, 0, width)
  const edges = chosen && ([x(chosen.fromMs), x(chosen.toMs)] as const)
  const drag = useDrag(bars.length, width, edges, ([first, end]) => onSelect(from + first * stepMs, from + end * stepMs))
  const most = bars.reduce((max, { count }) => Math.max(max, count), 0)
  const busy = (count: number) => (count * sampleNs) / (stepMs * 1e6)
  const top = sampleNs > 0 ? roundUp(busy(most)) : 1
  const high = (count: number) => (sampleNs > 0 ? busy(count) / top : count / Math.max(1, most)) * (PLOT_PX - 2)
  const shown = drag.dragged && spanBounds(drag.dragged)
  const band: readonly [number, number] | undefined = shown ? [x(from + shown[0] * stepMs), x(from + shown[1] * stepMs)] : edges
  const table = () => ({ columns: ['From', 'Samples', 'Busy'], rows: bars.map(({ at, count }) => [clock(at), grouped(count), sampleNs > 0 ? sentence(cores(busy(count))) : '–']) })
  return (
    <Picture label={label} table={table} onKey={drag.onKey} height={HEIGHT_PX}>
      <svg width={width} height={HEIGHT_PX} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible', touchAction: 'pan-y', userSelect: 'none', cursor: drag.onEdge ? 'ew-resize' : 'crosshair' }} {...drag.pointer}>
        <rect width={width} height={HEIGHT_PX} fill="transparent" />
        {band && <rect x={band[0]} width={Math.max(0, band[1] - band[0])} height={PLOT_PX} fill="var(--accent-soft)" />}
        {bars.map(({ at, count }) => {
          if (count === 0) return null
          const isIn = !band || (x(at) >= band[0] - 0.5 && x(at + stepMs) <= band[1] + 0.5)
          return <rect key={at} x={x(at)} y={PLOT_PX - Math.max(1, high(count))} width={Math.max(0.5, x(at + stepMs) - x(at) - 1)} height={Math.max(1, high(count))} fill={isIn ? 'var(--series-requests)' : 'var(--line-2)'} />
        })}
        {lostMs.filter((ms) => ms >= from && ms <= to).map((ms) => <rect key={ms} x={x(ms) - 4} y={PLOT_PX - 4} width={8} height={4} fill="var(--warn)" />)}
        <path d={`M0 ${PLOT_PX + 0.5}H${width}`} stroke="var(--line)" />
        {band && <Edges edges={band} />}
        <TimeAxis ticks={timeTicks(from, to, width, zoneOffsetMinutes(to))} x={x} y={PLOT_PX + 1} left={0} right={width} />
        {sampleNs > 0 && most > 0 && <text x={0} y={9} {...AXIS_TEXT} style={{ paintOrder: 'stroke', stroke: 'var(--surface-0)', strokeWidth: 4 }}>{sentence(cores(top))}</text>}
      </svg>
      {drag.hovered !== undefined && !drag.dragged && bars[drag.hovered] && <Reading bar={bars[drag.hovered]!} stepMs={stepMs} x={x} width={width} busy={sampleNs > 0 ? sentence(cores(busy(bars[drag.hovered]!.count))) : undefined} />}
    </Picture>
  )
}

function Edges({ edges }: { readonly edges: readonly [number, number] }) {
  return edges.map((px, i) => (
    <g key={i === 0 ? 'from' : 'to'}>
      <path d={`M${px} 0V${PLOT_PX}`} stroke="var(--accent)" strokeWidth={1.5} />
      <rect x={px - HANDLE_PX / 2} y={PLOT_PX / 2 - 8} width={HANDLE_PX} height={16} rx={2} fill="var(--accent)" />
    </g>
  ))
}

interface ReadingProps {
  readonly bar: SampleBar
  readonly stepMs: number
  readonly x: Scale
  readonly width: number
  readonly busy: string | undefined
}

/** The figures of the step under the pointer. */
function Reading({ bar: { at, count }, stepMs, x, width, busy }: ReadingProps) {
  const left = Math.min(Math.max(x(at) - 100, 0), Math.max(0, width - 210))
  return (
    <div role="status" className="absolute w-[210px] border border-line-2 bg-s2 text-xs text-t2" style={{ left, top: PLOT_PX + 4, zIndex: 'var(--z-tooltip)', padding: '5px 10px', borderRadius: 'var(--radius)', pointerEvents: 'none' }}>
      <div className="flex justify-between gap-3"><b className="font-medium text-t1">{`${clock(at)} – ${clock(at + stepMs)}`}</b><span className="text-t3">{`${new Date(at).toISOString().slice(11, 19)} UTC`}</span></div>
      <div className="flex justify-between gap-3"><span>{`${grouped(count)} samples`}</span>{busy !== undefined && <b className="font-medium text-t1">{busy}</b>}</div>
    </div>
  )
}

/** Choosing steps by dragging anew, by dragging an edge, or by keys (arrows, Shift, Enter). */
function useDrag(count: number, width: number, edges: readonly [number, number] | undefined, apply: (bounds: readonly [number, number]) => void) {
  const [dragged, setDragged] = useState<StepSpan>()
  const [hovered, setHovered] = useState<number>()
  const [onEdge, setOnEdge] = useState(false)
  /** Where a drag was begun. */
  const anchor = useRef<number | undefined>(undefined)
  const px = (event: PointerEvent<SVGElement>) => event.clientX - event.currentTarget.getBoundingClientRect().left
  const end = () => {
    anchor.current = undefined
    setDragged(undefined)
  }
  const edgeAt = (at: number) => edges?.findIndex((edge) => Math.abs(edge - at) <= REACH_PX) ?? -1
  const pointer = {
    onPointerDown(event: PointerEvent<SVGElement>) {
      if (event.button !== 0 || count === 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      const edge = edgeAt(px(event))
      // The other edge stays: the last step before the end, the first from the begin on.
      anchor.current = edges && edge >= 0 ? stepAt(edge === 0 ? edges[1] - 1 : edges[0] + 1, width, count) : stepAt(px(event), width, count)
      setDragged({ anchor: anchor.current, head: stepAt(px(event), width, count) })
    },
    onPointerMove(event: PointerEvent<SVGElement>) {
      const head = stepAt(px(event), width, count)
      setHovered(head)
      setOnEdge(edgeAt(px(event)) >= 0)
      if (anchor.current !== undefined) setDragged({ anchor: anchor.current, head })
    },
    onPointerUp(event: PointerEvent<SVGElement>) {
      // Where it is let go, not what was drawn last: on a busy machine that is a step behind.
      const head = stepAt(px(event), width, count)
      if (anchor.current !== undefined && anchor.current !== head) apply(spanBounds({ anchor: anchor.current, head }))
      end()
    },
    onPointerLeave: () => setHovered(undefined),
    onPointerCancel: end,
  }
  const onKey = ({ key, shiftKey }: KeyboardEvent): boolean => {
    if ((key === 'Escape' || key === 'Enter') && dragged) {
      if (key === 'Enter') apply(spanBounds(dragged))
      end()
      return true
    }
    const next = spanKey(dragged, key, shiftKey, count)
    if (next === dragged) return false
    setDragged(next)
    return true
  }
  return { dragged, hovered, onEdge, pointer, onKey }
}
