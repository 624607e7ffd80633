'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo } from 'react'
import { AddressesAhead } from './ahead.ts'
import { carried, filterParams, isLive, parseSelection, rangeParams, withParam, type Change, type FilterKey, type Selection } from './selection.ts'

export interface SelectionHandle {
  readonly selection: Selection
  readonly live: boolean
  /** `from` and `to` for the API. */
  readonly range: { readonly from: string; readonly to: string }
  /** Filters for the API, those of `keys` (default: all). */
  filters(keys?: readonly FilterKey[]): Record<string, string | string[]>
  /** Goes to the changed selection; back undoes it. `replace` for what isn't worth a step. */
  apply(change: Change, how?: 'push' | 'replace'): void
  /** The address of a page under this selection, changed. */
  href(path: string, change?: Change): string
}

const ahead = new AddressesAhead()

/** To be used once, where it stays: the shell. */
export function useDrawnAddress(): void {
  const path = usePathname()
  const text = useSearchParams().toString()
  useEffect(() => ahead.drawn(text), [text])
  useEffect(() => {
    const forget = () => ahead.forget()
    window.addEventListener('popstate', forget)
    return () => {
      window.removeEventListener('popstate', forget)
      forget() // another page
    }
  }, [path])
}

/** Changes the query string without asking the server: Next keeps `useSearchParams` in step. */
function go(change: Change, how: 'push' | 'replace'): void {
  const next = change(new URLSearchParams(ahead.last(window.location.search))).toString()
  ahead.goTo(next)
  const url = window.location.pathname + (next === '' ? '' : `?${next}`)
  if (how === 'push') window.history.pushState(null, '', url)
  else window.history.replaceState(null, '', url)
}

/** The selection in the URL. */
export function useSelection(): SelectionHandle {
  const text = useSearchParams().toString()
  const apply = useCallback((change: Change, how: 'push' | 'replace' = 'push') => go(change, how), [])
  return useMemo(() => {
    const search = new URLSearchParams(text)
    const selection = parseSelection(search)
    return {
      selection,
      live: isLive(selection),
      range: rangeParams(selection),
      filters: (keys) => filterParams(selection.filters, keys),
      apply,
      href(path, change) {
        const next = (change ? change(carried(search)) : carried(search)).toString()
        return path + (next === '' ? '' : `?${next}`)
      },
    }
  }, [text, apply])
}

/** A view's own parameter in the URL (its sort, its open row) and what sets it. */
export function useParam(name: string, how: 'push' | 'replace' = 'push'): [string | null, (value: string | null) => void] {
  const value = useSearchParams().get(name)
  const set = useCallback((next: string | null) => go(withParam(name, next), how), [name, how])
  return [value, set]
}
