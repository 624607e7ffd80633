import type { ReactNode } from 'react'

/** A heading of 30 px with what its columns are, or how many there are. */
export function SideHead({ title, right }: { readonly title: string; readonly right?: ReactNode }) {
  return (
    <div className="flex h-[30px] items-center gap-2 border-t border-line px-4 first:border-t-0">
      <h2 className="flex-1 text-sm font-medium">{title}</h2>
      <span className="text-xs whitespace-nowrap text-t3">{right}</span>
    </div>
  )
}
