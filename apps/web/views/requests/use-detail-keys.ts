'use client'
import { useCallback, useEffect, type RefObject } from 'react'
import { useEscape } from '../../ui/use-escape.ts'
import { beside, type Listed } from './request-list.ts'

interface DetailKeys {
  readonly page: RefObject<HTMLElement | null>
  readonly rows: readonly Listed[]
  readonly openId: string | null
  readonly setOpenId: (id: string | null) => void
}

/** Where arrows have a meaning of their own. */
const OWN_ARROWS = 'input, textarea, select, [role="menu"], [role="group"][tabindex]'

/** Beside an open detail ↑ and ↓ go to the requests around it, Esc closes it and the focus goes back to its row. */
export function useDetailKeys({ page, rows, openId, setOpenId }: DetailKeys) {
  const focusRow = useCallback((id: string) => {
    requestAnimationFrame(() => {
      const index = rows.findIndex((row) => row.id === id)
      if (index < 0 || !page.current) return
      scrollToRow(page.current, index)
      requestAnimationFrame(() => page.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"]`)?.focus({ preventScroll: true }))
    })
  }, [page, rows])
  const close = useCallback(() => {
    setOpenId(null)
    if (openId !== null) setTimeout(() => focusRow(openId), 50)
  }, [openId, setOpenId, focusRow])
  const step = useCallback((by: 1 | -1) => {
    const next = openId === null ? undefined : beside(rows, openId, by)
    if (!next) return
    setOpenId(next.id)
    focusRow(next.id)
  }, [openId, rows, setOpenId, focusRow])
  useEscape(openId !== null, close)
  useArrows(page, openId !== null, step)
  return { close, step }
}

/** ↑ and ↓ while `active`, wherever on the page the focus is, or nowhere: the row that had it may have left the list. */
function useArrows(page: RefObject<HTMLElement | null>, active: boolean, step: (by: 1 | -1) => void): void {
  useEffect(() => {
    if (!active) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return
      // Menus and popovers are elsewhere in the document.
      const isHere = event.target === document.body || (page.current?.contains(event.target) === true && !event.target.closest(OWN_ARROWS))
      if (!isHere || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
      event.preventDefault()
      event.stopPropagation() // else the table's rows would take the arrow too
      step(event.key === 'ArrowDown' ? 1 : -1)
    }
    document.addEventListener('keydown', onKeyDown, true)
    return () => document.removeEventListener('keydown', onKeyDown, true)
  }, [page, active, step])
}

const ROW_PX = 24
const HEAD_PX = 28

/** Scrolls the list no further than it takes to show a row. */
function scrollToRow(page: HTMLElement, index: number): void {
  const scroller = page.querySelector('[role=grid]')?.parentElement
  if (!scroller) return
  const top = index * ROW_PX
  if (top < scroller.scrollTop) scroller.scrollTo({ top })
  else if (top + ROW_PX + HEAD_PX > scroller.scrollTop + scroller.clientHeight) scroller.scrollTo({ top: top + ROW_PX + HEAD_PX - scroller.clientHeight })
}
