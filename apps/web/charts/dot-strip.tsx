'use client'
import { duration, grouped, sentence } from '../ui/format.ts'
import { axisDuration } from './axis-units.ts'
import { AXIS_TEXT } from './axis.tsx'
import { Picture } from './picture.tsx'
import { decadesAround, logScale } from './scale.ts'

export interface Dot {
  readonly id: string
  readonly valueNs: number
  readonly isError: boolean
}

export interface DotStripProps {
  readonly dots: readonly Dot[]
  /** The one these are the others of. */
  readonly markedNs: number | null
  readonly width: number
  readonly label: string
}

const PLOT_PX = 42

/** One dot a request along a logarithmic axis of duration; height means nothing and is the same for one id always. */
export function DotStrip({ dots, markedNs, width, label }: DotStripProps) {
  const [low, high] = decadesAround([...dots.map((dot) => dot.valueNs), markedNs])
  const x = logScale(low, high, 4, width - 4)
  const ticks = ticksBetween(low, high)
  const marked = markedNs === null ? null : x(markedNs)
  const table = () => ({ columns: ['Request', 'Duration'], rows: [...dots].sort((a, b) => a.valueNs - b.valueNs).map((dot) => [dot.id, sentence(duration(dot.valueNs))]) })
  return (
    <Picture label={`${label}, ${grouped(dots.length)} drawn`} table={table} height={62}>
      <svg width={width} height={62} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible' }}>
        {dots.map((dot) => (
          <circle key={dot.id} cx={x(dot.valueNs).toFixed(1)} cy={(4 + scatter(dot.id) * 34).toFixed(1)} r={1.6} fill={dot.isError ? 'var(--series-errors)' : 'var(--lat-95)'} opacity={0.6} />
        ))}
        {marked !== null && (
          <>
            <path d={`M${marked.toFixed(1)} 0V42`} stroke="var(--accent)" strokeWidth={1.5} />
            <text x={(marked + (marked > width - 60 ? -5 : 5)).toFixed(1)} y={9} textAnchor={marked > width - 60 ? 'end' : 'start'} fontSize={11} fill="var(--text-1)" stroke="var(--surface-0)" strokeWidth={3} paintOrder="stroke">
              this one
            </text>
          </>
        )}
        <path d={`M4 ${PLOT_PX + 0.5}H${width - 4}`} stroke="var(--line)" />
        {ticks.map((tick, i) => (
          <g key={tick}>
            <path d={`M${x(tick).toFixed(1)} ${PLOT_PX}v4`} stroke="var(--line-2)" />
            <text x={x(tick).toFixed(1)} y={57} textAnchor={i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle'} {...AXIS_TEXT}>
              {axisDuration(tick)}
            </text>
          </g>
        ))}
      </svg>
    </Picture>
  )
}

/** 1, 2 and 5 of each decade where it is one or two, else the decades. */
function ticksBetween(low: number, high: number): number[] {
  const decades = Math.round(Math.log10(high / low))
  const factors = decades === 1 ? [1, 2, 5] : decades === 2 ? [1, 3] : [1]
  const ticks = Array.from({ length: decades }, (_, i) => factors.map((factor) => factor * low * 10 ** i)).flat()
  return [...ticks, high]
}

/** A number in [0, 1) from a text, the same always. */
function scatter(text: string): number {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296
}
