import type { Scale } from './scale.ts'
import type { TimeTick } from './ticks.ts'

/** Attributes of text on axes. */
export const AXIS_TEXT = { fontSize: 11, fill: 'var(--text-3)' } as const

const HALF_LABEL_PX = 14

/** Ticks and labels of time under a plot that ends at `y`; a label that would leave `[left, right]` is left out. */
export function TimeAxis({ ticks, x, y, left, right }: { readonly ticks: readonly TimeTick[]; readonly x: Scale; readonly y: number; readonly left: number; readonly right: number }) {
  return (
    <g>
      {ticks.map(({ at, label }) => {
        const px = x(at)
        const half = HALF_LABEL_PX + (label.length - 5) * 3
        return (
          <g key={at}>
            <path d={`M${px.toFixed(1)} ${y}v4`} stroke="var(--line-2)" />
            {px - half >= left - 4 && px + half <= right + 4 && (
              <text x={px.toFixed(1)} y={y + 15} textAnchor="middle" {...AXIS_TEXT}>
                {label}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}

/** What to add to UTC for the browser's zone at an instant, in minutes. */
export function zoneOffsetMinutes(ms: number): number {
  return -new Date(ms).getTimezoneOffset()
}
