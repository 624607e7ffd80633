import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'

export interface Tab {
  readonly name: string
  readonly icon: LucideIcon
  /** A page, or what it does. */
  readonly href?: string
  readonly onClick?: () => void
  readonly here?: boolean
}

/** The phone's way between pages, at the foot. */
export function Tabs({ tabs }: { readonly tabs: readonly Tab[] }) {
  const look = 'flex h-13 flex-col items-center justify-center gap-[3px] text-xs leading-3'
  return (
    <nav aria-label="Pages" className="grid border-t border-line bg-s1 desk:hidden" style={{ gridTemplateColumns: `repeat(${tabs.length}, 1fr)` }}>
      {tabs.map(({ name, icon: Icon, href, onClick, here = false }) => {
        const inside = (
          <>
            <Icon size={16} strokeWidth={1.6} aria-hidden />
            {name}
          </>
        )
        if (href === undefined) return <button key={name} type="button" onClick={onClick} className={`${look} text-t3`}>{inside}</button>
        return <Link key={name} href={href} prefetch={false} aria-current={here ? 'page' : undefined} className={`${look} ${here ? 'text-t1' : 'text-t3'}`}>{inside}</Link>
      })}
    </nav>
  )
}
