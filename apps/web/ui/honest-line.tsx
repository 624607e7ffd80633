import { TriangleAlert } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'

export interface HonestLineProps {
  /** whole: all in view is there. partial: something was lost or not decoded. stale: nothing new comes. */
  readonly state: 'whole' | 'partial' | 'stale'
  /** From the left; the first is the rate. */
  readonly items: readonly ReactNode[]
  readonly right: readonly ReactNode[]
}

/** Always there: what goes through, what is missing, what Sonde costs, how late it is shown. */
export function HonestLine({ state, items, right }: HonestLineProps) {
  const amber = state !== 'whole'
  const bar = amber ? 'border-[color-mix(in_srgb,var(--warn)_35%,var(--line-2))]' : 'border-line-2'
  return (
    <footer
      aria-label="What Sonde sees, misses and costs"
      className={`flex h-(--honest) desk:col-span-2 items-center overflow-hidden border-t pr-4 pl-3.5 text-xs whitespace-nowrap text-t3 max-desk:px-2 ${amber ? 'border-[color-mix(in_srgb,var(--warn)_45%,var(--line))] bg-[color-mix(in_srgb,var(--warn)_10%,var(--surface-1))]' : 'border-line bg-s1'}`}
    >
      <span className={`flex flex-none pl-0.5 ${amber ? 'text-warn' : 'text-ok'}`}>{amber ? <TriangleAlert size={12} strokeWidth={1.6} aria-hidden /> : <span className="dot" />}</span>
      {items.map((item, i) => (
        <span key={i} className={`px-2.5 leading-3 ${i === 0 ? 'pl-2 text-t2' : `border-l ${bar}`}`}>{item}</span>
      ))}
      <span className="flex-1" />
      {right.map((item, i) => (
        <Fragment key={i}>
          <span className={`leading-3 max-desk:hidden ${i > 0 ? `ml-2.5 border-l pl-2.5 ${bar}` : ''}`}>{item}</span>
        </Fragment>
      ))}
    </footer>
  )
}
