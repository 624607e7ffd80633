import type { ReactNode } from 'react'

/** A heading of 36 px over what follows: title, a quiet note, something at the right. */
export function SectionHead({ title, note, right, id }: { readonly title: string; readonly note?: ReactNode; readonly right?: ReactNode; readonly id?: string }) {
  return (
    <div className="flex h-9 flex-none items-center gap-2 px-4">
      <h2 id={id} className="text-sm font-semibold whitespace-nowrap">{title}</h2>
      {note !== undefined && <span className="cut text-xs text-t3">{note}</span>}
      <span className="flex-1" />
      {right}
    </div>
  )
}

/** Terms and what they are, 112 px and the rest. */
export function Facts({ facts }: { readonly facts: readonly (readonly [term: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[112px_minmax(0,1fr)] px-4 text-sm leading-[22px]">
      {facts.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-t3">{term}</dt>
          <dd className="cut">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
