'use client'
import { duration, grouped, sentence } from '../ui/format.ts'
import { axisDuration } from './axis-units.ts'
import { AXIS_TEXT } from './axis.tsx'
import type { BucketBins } from './bucket-bins.ts'
import { Picture } from './picture.tsx'
import { logScale } from './scale.ts'
import { logTicks } from './ticks.ts'

export interface BucketBarsProps {
  readonly bins: BucketBins
  readonly label: string
  readonly width: number
  /** Durations to mark on the axis, in order. */
  readonly marks?: readonly { readonly name: string; readonly ns: number; readonly color: string }[]
}

const MARKS_PX = 14
const PLOT_PX = 90
const AXIS_PX = 18

/**
 * A histogram the kernel counted, on a logarithmic axis. Bars differ in width, so their area tells how many: height is the
 * count for each part of the axis, by its square root so that a few beside many are seen.
 */
export function BucketBars({ bins: { bins, from, to }, label, width, marks = [] }: BucketBarsProps) {
  const scale = logScale(from, to, 0, width)
  const x = (ns: number) => Math.min(width, Math.max(0, ns <= 0 ? 0 : scale(ns)))
  const bars = bins.map((bin) => ({ ...bin, left: x(bin.lowerNs), wide: Math.max(1, x(bin.upperNs) - x(bin.lowerNs)) }))
  const most = Math.max(...bars.map(({ count, wide }) => count / wide), 0)
  const ticks = logTicks(from, to, Math.max(2, Math.floor(width / 60)))
  const between = (lowerNs: number, upperNs: number) => (upperNs > 1e15 ? `from ${sentence(duration(lowerNs))}` : `${sentence(duration(lowerNs))} – ${sentence(duration(upperNs))}`)
  const table = () => ({ columns: ['Between', 'Count'], rows: bins.map(({ lowerNs, upperNs, count }) => [between(lowerNs, upperNs), grouped(count)]) })
  const bottom = MARKS_PX + PLOT_PX
  return (
    <Picture label={label} table={table} height={bottom + AXIS_PX}>
      <svg width={width} height={bottom + AXIS_PX} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible' }}>
        {bars.map(({ lowerNs, upperNs, count, left, wide }) => {
          const high = Math.max(1, Math.sqrt(count / wide / most) * (PLOT_PX - 4))
          return (
            <rect key={lowerNs} x={left.toFixed(1)} y={(bottom - high).toFixed(1)} width={Math.max(0.5, wide - 1).toFixed(1)} height={high.toFixed(1)} fill="var(--series-requests)">
              <title>{`${between(lowerNs, upperNs)}: ${grouped(count)}`}</title>
            </rect>
          )
        })}
        <Marks marks={marks} x={x} width={width} bottom={bottom} />
        <path d={`M0 ${bottom + 0.5}H${width}`} stroke="var(--line)" />
        {ticks.map((tick, i) => (
          <g key={tick}>
            <path d={`M${x(tick).toFixed(1)} ${bottom}v4`} stroke="var(--line-2)" />
            <text x={x(tick).toFixed(1)} y={bottom + 15} textAnchor={i === 0 ? 'start' : tick >= to * 0.999 ? 'end' : 'middle'} {...AXIS_TEXT}>
              {axisDuration(tick)}
            </text>
          </g>
        ))}
      </svg>
    </Picture>
  )
}

const LABEL_PX = 26

/** Lines down to the axis; a name that would stand on the one before it is left out. */
function Marks({ marks, x, width, bottom }: { readonly marks: NonNullable<BucketBarsProps['marks']>; readonly x: (ns: number) => number; readonly width: number; readonly bottom: number }) {
  let freeFrom = -Infinity
  return marks.map(({ name, ns, color }) => {
    const at = x(ns)
    const place = Math.min(width - LABEL_PX / 2, Math.max(LABEL_PX / 2, at))
    const isNamed = place - LABEL_PX / 2 >= freeFrom
    if (isNamed) freeFrom = place + LABEL_PX / 2
    return (
      <g key={name}>
        <path d={`M${at.toFixed(1)} ${MARKS_PX}V${bottom}`} stroke={color} strokeDasharray="2 2" />
        {isNamed && <text x={place.toFixed(1)} y={MARKS_PX - 4} textAnchor="middle" {...AXIS_TEXT}>{name}</text>}
      </g>
    )
  })
}
