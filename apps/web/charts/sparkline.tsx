import { sparklineShape, type SparklineKind } from './sparkline-shape.ts'
import { timeTicks } from './ticks.ts'

export type { SparklineKind } from './sparkline-shape.ts'

const COLOR: Record<SparklineKind, string> = {
  rate: 'var(--series-requests)',
  errors: 'var(--series-errors)',
  p50: 'var(--lat-50)',
  p95: 'var(--lat-95)',
  p99: 'var(--lat-99)',
}
const STROKE: Record<SparklineKind, number> = { rate: 1.1, errors: 0, p50: 1, p95: 1.25, p99: 1.6 }

export interface SparklineProps {
  /** Evenly spaced in time; null where nothing is known. */
  readonly points: readonly (number | null)[]
  readonly kind: SparklineKind
  readonly width: number
  readonly height: number
  /** Twice the usual value (median of the hour before); the top is never below it. Without it, twice the median drawn. */
  readonly max?: number | undefined
  /** It left its usual range: drawn at full strength instead of `--quiet`. */
  readonly moved?: boolean | undefined
  /** Fill under the line, for the bands of the host. */
  readonly area?: boolean | undefined
  /** Where trouble began, as a share of the width. */
  readonly onset?: number | undefined
  /** Another colour, e.g. `var(--warn)` for a band of the host that moved. */
  readonly color?: string | undefined
}

/** A line of the last while without axes, beside the figure it belongs to: hidden from readers, who have the figure. */
export function Sparkline({ points, kind, width, height, max, moved = false, area = false, onset, color = COLOR[kind] }: SparklineProps) {
  if (points.every((value) => value === null)) return <span style={{ color: 'var(--text-3)' }} aria-hidden="true">–</span>
  const shape = sparklineShape(points, kind, width, height, max)
  const quiet = !moved && kind !== 'p50' && kind !== 'errors'
  const opacity = quiet ? 'var(--quiet)' : undefined
  return (
    <svg width={width} height={height} aria-hidden="true" style={{ display: 'block' }}>
      {onset !== undefined && <path d={`M${Math.round(onset * (width - 2)) + 1} 0V${height}`} stroke="var(--line-2)" strokeDasharray="1 2" />}
      {kind === 'errors' ? (
        <>
          <path d={`M1 ${height - 0.5}H${width - 1}`} stroke="var(--line)" />
          {shape.bars.map((bar) => (
            <rect key={bar.x} {...bar} fill={color} />
          ))}
        </>
      ) : (
        <g style={{ opacity }}>
          {area && <path d={shape.area} fill={color} opacity={0.16} />}
          <path d={shape.line} fill="none" stroke={color} strokeWidth={STROKE[kind]} strokeLinejoin="round" strokeLinecap="round" />
        </g>
      )}
    </svg>
  )
}

/** Room a label at 10 px takes: 34 px for `14:00`, more where seconds are said. */
const roomPx = (label: string) => label.length * 5.6 + 6

/** The axis of a column of sparklines, for the table's head: a tick each 5 min of 15, labelled where there is room. */
export function SparklineAxis({ fromMs, toMs, width, offsetMinutes }: { readonly fromMs: number; readonly toMs: number; readonly width: number; readonly offsetMinutes: number }) {
  const ticks = timeTicks(fromMs, toMs, width, offsetMinutes, 26)
  let labelledTo = 0
  return (
    <svg width={width} height={14} aria-hidden="true" style={{ display: 'block', overflow: 'visible' }}>
      {ticks.map(({ at, label }) => {
        const x = 1 + ((at - fromMs) / (toMs - fromMs)) * (width - 2)
        const half = roomPx(label) / 2
        const labelled = x - half >= labelledTo - 1 && x + half <= width + 7
        if (labelled) labelledTo = x + half
        return (
          <g key={at}>
            <path d={`M${x.toFixed(1)} 11V14`} stroke="var(--line-2)" />
            {labelled && (
              <text x={x.toFixed(1)} y={9} textAnchor="middle" fontSize={10} fill="var(--text-3)">
                {label}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}
