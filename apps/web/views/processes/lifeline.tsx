import type { Process } from '../../live/index.ts'
import { timeTicks } from '../../charts/ticks.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const HEIGHT = 24
const round = (value: number) => Math.round(value * 10) / 10

/** When a process lived within the range: a thin line all along, a bar from where it began or to where it ended; red if it failed. */
export function Lifeline({ process: { startedAt, exitedAt, exitCode }, span: { fromMs, toMs }, width }: { readonly process: Process; readonly span: Span; readonly width: number }) {
  const start = Date.parse(startedAt)
  const end = exitedAt === null ? toMs : Date.parse(exitedAt)
  const x = (ms: number) => round((Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / (toMs - fromMs) * width)
  const began = start >= fromMs
  const ended = exitedAt !== null && end < toMs
  const failed = ended && exitCode !== 0
  const whole = !began && !ended
  const ink = failed ? 'var(--bad)' : ended ? 'var(--line-3)' : began ? 'var(--text-1)' : 'var(--line-3)'
  return (
    <svg width={width} height={HEIGHT} aria-hidden="true" className="block">
      <rect x={x(start)} y={whole ? 11.5 : 9} width={Math.max(2, round(x(end) - x(start)))} height={whole ? 1.5 : 6} fill={ink} />
      {began && <path d={`M${x(start)} 6V18`} stroke={failed ? 'var(--bad)' : 'var(--text-1)'} strokeWidth="1.5" />}
      {ended && <path d={`M${x(end)} 6V18`} stroke={failed ? 'var(--bad)' : 'var(--text-3)'} strokeWidth="1.5" />}
    </svg>
  )
}

/** The time axis over the lifelines. */
export function LifelineAxis({ span: { fromMs, toMs }, width, offsetMinutes }: { readonly span: Span; readonly width: number; readonly offsetMinutes: number }) {
  return (
    <svg width={width} height="27" aria-hidden="true" className="block overflow-visible">
      {timeTicks(fromMs, toMs, width, offsetMinutes, 80).map(({ at, label }) => {
        const x = round(((at - fromMs) / (toMs - fromMs)) * width)
        return (
          <g key={at}>
            <path d={`M${x} 23V27`} stroke="var(--line-2)" />
            {x > 12 && x < width - 12 && <text x={x} y="17" textAnchor="middle" fontSize="11" fill="var(--text-3)">{label}</text>}
          </g>
        )
      })}
    </svg>
  )
}
