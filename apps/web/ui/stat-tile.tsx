import type { ReactNode } from 'react'
import { sentence, type Figure } from './format.ts'

interface StatTileProps {
  readonly label: string
  readonly figure: Figure
  readonly note?: ReactNode
  /** moved: the note is amber. lost: the figure is amber. errors: the figure is red. */
  readonly tone?: 'usual' | 'moved' | 'lost' | 'errors'
  /** A bar below: how far it is to its limit, 0–1. */
  readonly fill?: number | null
  /** The note below the figure: on a phone. */
  readonly stacked?: boolean
  readonly className?: string
}

const FIGURE = { usual: '', moved: '', lost: 'text-warn', errors: 'text-bad' }

/** Label, figure, note; for what no column says already. */
export function StatTile({ label, figure, note, tone = 'usual', fill, stacked = false, className = '' }: StatTileProps) {
  return (
    <div className={className}>
      <div className="text-xs text-t3">{label}</div>
      <div className={`flex whitespace-nowrap ${stacked ? 'flex-col' : 'items-baseline gap-1.5'}`}>
        <span title={figure.exact} className={`text-lg font-medium ${figure.quiet && figure.unit === '' && figure.value === '–' ? 'text-t3' : FIGURE[tone]}`}>{sentence(figure)}</span>
        {note !== undefined && <span className={`cut text-xs ${tone === 'moved' ? 'text-warn' : 'text-t3'}`}>{note}</span>}
      </div>
      {fill !== undefined && fill !== null && (
        <div className="mt-1.5 h-[3px] bg-s3" aria-hidden="true">
          <div className={`h-full ${fill > 0.9 ? 'bg-warn' : 'bg-requests'}`} style={{ width: `${Math.min(1, Math.max(0, fill)) * 100}%` }} />
        </div>
      )}
    </div>
  )
}
