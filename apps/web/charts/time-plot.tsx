'use client'
import { memo } from 'react'
import { Area, Bar, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from 'recharts'
import { BOTTOM_PX, ticksOf, TOP_PX, type Domain, type TimeScale } from './time-plot-shape.ts'

/** One line, area or row of bars over time. */
export interface TimeSeries {
  readonly name: string
  /** One a step; null where nothing is known, which stays a gap. */
  readonly values: readonly (number | null)[]
  readonly mark: 'line' | 'area' | 'bars'
  readonly color: string
  readonly stroke: number
  /** It is inside its usual range: drawn at `--quiet`. */
  readonly quiet?: boolean | undefined
}

export interface TimePlotProps {
  readonly series: readonly TimeSeries[]
  /** Begins of the steps, ms since the epoch. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly scale: TimeScale
  readonly domain: Domain
  readonly tick: (value: number) => string
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
}

const FILL_OPACITY = 0.14
const BAR_SHARE = 0.7

/** Values over time with their axis, drawn by Recharts; pointer, crosshair and keys are those of the stack around it. */
export const TimePlot = memo(function TimePlot({ series, times, stepMs, scale, domain, tick, width, height, left, right }: TimePlotProps) {
  const data = times.map((at, i) => ({ at: at + stepMs / 2, values: series.map(({ values }) => values[i] ?? null) }))
  const from = times[0] ?? 0
  const barPx = Math.max(1, ((width - left - right) / Math.max(1, times.length)) * BAR_SHARE)
  return (
    <div aria-hidden="true" className="pointer-events-none [&_svg]:overflow-visible">
      <ComposedChart data={data} width={width} height={height} margin={{ top: TOP_PX, right, bottom: BOTTOM_PX, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--line)" strokeDasharray="1 3" />
        <XAxis dataKey="at" type="number" domain={[from, from + times.length * stepMs]} allowDataOverflow hide />
        <YAxis
          width={left} scale={scale} domain={[...domain]} ticks={[...ticksOf(scale, domain, height)]} interval={0} allowDataOverflow axisLine={false} tickLine={false} tickSize={0} tickMargin={8}
          tickFormatter={tick} tick={{ fontSize: 11, fill: 'var(--text-3)' }}
        />
        {series.map(({ name, mark, color, stroke, quiet = false }, i) => {
          const shared = { dataKey: (row: (typeof data)[number]) => row.values[i], isAnimationActive: false, ...(quiet && { style: { opacity: 'var(--quiet)' } }) } as const
          if (mark === 'bars') return <Bar key={name} {...shared} barSize={barPx} fill={color} />
          const line = { ...shared, type: 'linear', connectNulls: false, dot: false, activeDot: false, stroke: color, strokeWidth: stroke, strokeLinejoin: 'round', strokeLinecap: 'round' } as const
          return mark === 'area' ? <Area key={name} {...line} fill={color} fillOpacity={FILL_OPACITY} /> : <Line key={name} {...line} />
        })}
      </ComposedChart>
    </div>
  )
})
