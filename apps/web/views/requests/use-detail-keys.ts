'use client'
import { useCallback, type KeyboardEvent, type RefObject } from 'react'
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
  const onKeyDown = useCallback((event: KeyboardEvent) => {
    if (openId === null || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
    const target = event.target as Element
    // Menus and popovers are elsewhere in the document, though React's events come here.
    if (!page.current?.contains(target) || target.closest(OWN_ARROWS)) return
    if (event.key === 'Escape') close()
    else if (event.key === 'ArrowDown') step(1)
    else if (event.key === 'ArrowUp') step(-1)
    else return
    event.preventDefault()
    event.stopPropagation() // else the table's rows would take the arrow too
  }, [page, openId, close, step])
  return { close, step, onKeyDown }
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
