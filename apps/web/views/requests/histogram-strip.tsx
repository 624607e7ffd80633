'use client'
import { useRef } from 'react'
import { TimeBars } from '../../charts/time-bars.tsx'
import { withRangeMs, type Change } from '../../live/index.ts'
import { duration, grouped, rate, sentence } from '../../ui/format.ts'
import { useWidth } from '../../ui/use-width.ts'
import type { RequestsOverview } from './use-overview.ts'

interface HistogramStripProps {
  readonly overview: RequestsOverview
  readonly live: boolean
  readonly held: boolean
  readonly newer: number
  readonly order: string
  readonly apply: (change: Change) => void
}

/** Counts over time and, below them, how the list is read. Dragging narrows the range. */
export function HistogramStrip({ overview, live, held, newer, order, apply }: HistogramStripProps) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const { bars, stepMs, usualP99 } = overview
  const markedLabel = usualP99 === null ? undefined : `≥ ${sentence(duration(usualP99))}, above usual p99`
  return (
    <div className="flex-none">
      <div className="px-4 pt-2 pb-0.5">
        <div ref={box} className="min-h-14">
          {width > 0 && <TimeBars bars={bars} stepMs={stepMs} width={width} label="Requests over time" markedLabel={markedLabel} onSelect={(from, to) => apply(withRangeMs(from, to))} />}
        </div>
      </div>
      <div className="flex h-6 items-center gap-1.5 px-4 text-xs text-t3">
        <Tail {...{ overview, live, held, newer, order }} />
        <span className="flex-1" />
        <Swatch color="var(--line-3)" name="all" />
        {markedLabel && <Swatch color="var(--lat-99)" name={markedLabel} />}
      </div>
    </div>
  )
}

const ORDERS: Readonly<Record<string, string>> = {
  '-startTime': 'newest first', 'startTime': 'oldest first', '-durationNs': 'slowest first', 'durationNs': 'fastest first',
  '-status': 'by status, high first', 'status': 'by status, low first', '-responseBytes': 'largest responses first', 'responseBytes': 'smallest responses first',
  '-requestBytes': 'largest requests first', 'requestBytes': 'smallest requests first',
}

function Tail({ overview, live, held, newer, order }: Omit<HistogramStripProps, 'apply'>) {
  if (!live) return <span>{ORDERS[order] ?? order}</span>
  const perSecond = overview.rate === undefined ? '' : sentence(rate(overview.rate))
  return (
    <>
      <span className="dot text-accent" />
      <span className="text-t2">Live tail</span>
      {held && newer > 0 ? <span>{`${grouped(newer)} newer, held while you are in the list`}</span> : <span>{`newest first${perSecond && `, ${perSecond}`}; pauses when you scroll`}</span>}
    </>
  )
}

function Swatch({ color, name }: { readonly color: string; readonly name: string }) {
  return (
    <span className="ml-2 inline-flex items-center gap-1">
      <span className="size-2 rounded-[1px]" style={{ background: color }} />
      {name}
    </span>
  )
}
