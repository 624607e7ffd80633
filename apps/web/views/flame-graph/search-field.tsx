'use client'
import { ArrowDown, ArrowUp, Search } from 'lucide-react'
import { Key } from '../../ui/key.tsx'
import { useRestingText } from '../../ui/use-resting-text.ts'

interface SearchFieldProps {
  readonly value: string
  /** Why it is no pattern; ''. */
  readonly why: string
  /** The share of samples that match. */
  readonly share: string | undefined
  readonly onChange: (value: string) => void
  /** To the next match (1) or the one before (−1). */
  readonly onStep: (direction: 1 | -1) => void
}

const REST_MS = 150
const arrow = { size: 14, strokeWidth: 1.6, 'aria-hidden': true } as const

/** The pattern searched for: `/` comes here, Enter goes to the next match, Escape empties it. */
export function SearchField({ value, why, share, onChange, onStep }: SearchFieldProps) {
  const field = useRestingText({ value, restMs: REST_MS, onChange, onEnter: ({ shiftKey }) => onStep(shiftKey ? -1 : 1) })
  return (
    <>
      <label className="control w-[230px] min-w-0 cursor-text max-desk:order-last max-desk:w-full text-t3 focus-within:shadow-(--focus-ring)">
        <Search {...arrow} className="flex-none" />
        <input
          data-page-filter
          aria-label="Search functions by a regular expression"
          aria-invalid={why !== ''}
          aria-describedby={why === '' ? undefined : 'flame-search-why'}
          placeholder="regular expression"
          {...field}
          className="min-w-0 flex-1 bg-transparent text-t1 focus-visible:shadow-none"
        />
        {share === undefined ? <span className="max-desk:hidden"><Key>/</Key></span> : <span className="flex-none text-xs" role="status" aria-label={`${share} of samples match`}>{share}</span>}
      </label>
      {why === '' ? (
        <span role="group" aria-label="Matches" className="segments flex-none max-desk:hidden">
          <button type="button" aria-label="Match before" title="Match before (Shift Enter)" disabled={share === undefined} onClick={() => onStep(-1)}><ArrowUp {...arrow} /></button>
          <button type="button" aria-label="Next match" title="Next match (Enter)" disabled={share === undefined} onClick={() => onStep(1)}><ArrowDown {...arrow} /></button>
        </span>
      ) : <span id="flame-search-why" role="alert" className="cut text-xs text-warn">not a regular expression: {why}</span>}
    </>
  )
}
