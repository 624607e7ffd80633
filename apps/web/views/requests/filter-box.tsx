'use client'
import { ListFilter } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { Key } from '../../ui/key.tsx'
import { parseFilters, type TypedFilter } from './filter-text.ts'

/** The filter of requests: Enter makes chips of what was typed, what can't be used is said below. `/` puts the cursor here. */
export function FilterBox({ onFilters }: { readonly onFilters: (filters: readonly TypedFilter[]) => void }) {
  const [text, setText] = useState('')
  const [complaint, setComplaint] = useState('')
  const id = useId()
  const submit = () => {
    const parsed = parseFilters(text)
    if ('complaint' in parsed) return setComplaint(parsed.complaint)
    if (parsed.filters.length > 0) onFilters(parsed.filters)
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') submit()
    if (event.key !== 'Escape') return
    event.stopPropagation()
    if (text === '') event.currentTarget.blur()
    setText('')
    setComplaint('')
  }
  return (
    <div className="relative w-[340px] min-w-0 max-desk:hidden">
      <label className={`control w-full min-w-0 cursor-text text-t3 focus-within:shadow-(--focus-ring) ${complaint ? 'border-warn' : ''}`}>
        <ListFilter size={14} strokeWidth={1.6} className="flex-none" aria-hidden />
        <input
          data-page-filter
          aria-label="Filter requests"
          aria-invalid={complaint !== ''}
          aria-describedby={complaint ? id : undefined}
          placeholder="path, id, status:5xx, duration>400ms …"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value)
            setComplaint('')
          }}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 bg-transparent text-t1 focus-visible:shadow-none"
        />
        <Key>/</Key>
      </label>
      {complaint && (
        <p id={id} role="alert" className="popover absolute top-8 left-0 w-full px-3 py-2 text-sm text-t1">
          {complaint}
        </p>
      )}
    </div>
  )
}
