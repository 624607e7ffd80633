'use client'
import { grouped, duration, sentence } from '../ui/format.ts'
import { axisDuration } from './axis-units.ts'
import { AXIS_TEXT } from './axis.tsx'
import { binBounds, type LogBins } from './log-bins.ts'
import { Picture } from './picture.tsx'
import { linearScale, logScale } from './scale.ts'
import { logTicks } from './ticks.ts'

export interface HistogramBarsProps {
  readonly bins: LogBins
  readonly perDecade: number
  readonly label: string
  readonly width: number
  /** A value to mark with its bin, e.g. that of the chosen row. */
  readonly marked?: number | null
}

const PLOT_PX = 76

/** Durations on a logarithmic axis, counts by their square root, so that a few beside many are seen. */
export function HistogramBars({ bins, perDecade, label, width, marked = null }: HistogramBarsProps) {
  const max = Math.max(1, ...bins.counts)
  const x = linearScale(0, bins.counts.length, 0, width)
  const xOf = logScale(bins.from, bins.to, 0, width)
  const ticks = logTicks(bins.from, bins.to, Math.max(2, Math.floor(width / 60)))
  const between = (bin: number) => {
    const [from, to] = binBounds(bins, perDecade, bin)
    return `${sentence(duration(Math.round(from)))} – ${sentence(duration(Math.round(to)))}`
  }
  const table = () => ({ columns: ['Between', 'Count'], rows: bins.counts.flatMap((count, bin) => (count > 0 ? [[between(bin), grouped(count)]] : [])) })
  return (
    <Picture label={label} table={table} height={PLOT_PX + 18}>
      <svg width={width} height={PLOT_PX + 18} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible' }}>
        {bins.counts.map((count, bin) => {
          if (count === 0) return null
          const high = Math.sqrt(count / max) * (PLOT_PX - 4)
          const [from, to] = binBounds(bins, perDecade, bin)
          const isMarked = marked !== null && marked >= from && marked < to
          return (
            // oxlint-disable-next-line react/no-array-index-key -- bins are fixed places
            <rect key={bin} x={x(bin).toFixed(1)} y={(PLOT_PX - high).toFixed(1)} width={Math.max(0.5, width / bins.counts.length - 1).toFixed(1)} height={high.toFixed(1)} fill={isMarked ? 'var(--accent)' : 'var(--series-requests)'}>
              <title>{`${between(bin)}: ${grouped(count)}`}</title>
            </rect>
          )
        })}
        <path d={`M0 ${PLOT_PX + 0.5}H${width}`} stroke="var(--line)" />
        {ticks.map((tick, i) => (
          <g key={tick}>
            <path d={`M${xOf(tick).toFixed(1)} ${PLOT_PX}v4`} stroke="var(--line-2)" />
            <text x={xOf(tick).toFixed(1)} y={PLOT_PX + 15} textAnchor={i === 0 ? 'start' : tick >= bins.to * 0.999 ? 'end' : 'middle'} {...AXIS_TEXT}>
              {axisDuration(tick)}
            </text>
          </g>
        ))}
      </svg>
    </Picture>
  )
}
