'use client'
import { ListFilter } from 'lucide-react'
import { Key } from './key.tsx'
import { useRestingText } from './use-resting-text.ts'

interface FilterFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  /** Called when typing rests, on Enter and when emptied. */
  readonly onChange: (value: string) => void
}

const REST_MS = 250

/** The page's own filter: `/` puts the cursor here, Escape empties it. */
export function FilterField({ label, placeholder, value, onChange }: FilterFieldProps) {
  const field = useRestingText({ value, restMs: REST_MS, onChange })
  return (
    <label className="control w-[340px] min-w-0 cursor-text text-t3 focus-within:shadow-(--focus-ring) max-desk:w-full">
      <ListFilter size={14} strokeWidth={1.6} className="flex-none" aria-hidden />
      <input
        data-page-filter
        aria-label={label}
        placeholder={placeholder}
        {...field}
        className="min-w-0 flex-1 bg-transparent text-t1 focus-visible:shadow-none max-desk:text-[16px]" // a phone zooms into smaller ones
      />
      <span className="max-desk:hidden"><Key>/</Key></span>
    </label>
  )
}

/** The bar of 44 px above a table: filter, a sentence with its numbers, what is at the right. */
export function FilterBar({ children }: { readonly children: React.ReactNode }) {
  return <div className="flex h-11 flex-none items-center gap-2 border-b border-line pr-3 pl-4 max-desk:h-auto max-desk:flex-wrap max-desk:py-1.5 max-desk:pr-4">{children}</div>
}
