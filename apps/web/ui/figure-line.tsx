import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Figure } from './format.ts'
import { Num, type UnitSlot } from './num.tsx'

interface FigureLineProps {
  readonly name: ReactNode
  readonly figures: readonly Figure[]
  readonly slot?: UnitSlot
  /** Where its name leads, or what it does; at most one of both. */
  readonly href?: string
  readonly onClick?: () => void
  /** Before the last figure: a sparkline. */
  readonly picture?: ReactNode
  /** At the right: how it is against before. */
  readonly told?: ReactNode
  /** Ended: drawn in text-3. */
  readonly ended?: boolean
  /** For fingers. */
  readonly high?: boolean
}

/** A line of a list in a panel: a name and figures. */
export function FigureLine({ name, figures, slot = 'short', href, onClick, picture, told, ended = false, high = false }: FigureLineProps) {
  const inside = (
    <>
      <span className="cut flex-1 text-left">{name}</span>
      {figures.map((figure, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- fixed places
        <span key={i} className="contents">
          {i === figures.length - 1 && picture}
          <span className={`flex-none text-right ${told === undefined ? 'w-[74px]' : 'w-16'}`}><Num figure={figure} slot={slot} /></span>
        </span>
      ))}
      {told}
    </>
  )
  const look = `hairline flex w-full items-center gap-2 border-b px-4 text-sm ${high ? 'h-11' : 'h-6 max-desk:h-11'} ${ended ? 'text-t3' : ''}`
  if (href !== undefined) return <li><Link href={href} prefetch={false} className={`${look} hover:bg-s2`}>{inside}</Link></li>
  return <li>{onClick ? <button type="button" className={`${look} hover:bg-s2`} onClick={onClick}>{inside}</button> : <span className={look}>{inside}</span>}</li>
}
