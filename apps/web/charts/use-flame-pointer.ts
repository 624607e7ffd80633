'use client'
import { useCallback, useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react'
import { nodeAt, type FlameLayout } from './flame-layout.ts'
import { contentPx, ROW_PX } from './flame-painter.ts'
import { moved } from './flame-view.ts'
import type { StretchHandle } from './use-stretch.ts'

/** Where the pointer is: in the content, and in the window. */
export interface Pointed {
  readonly x: number
  readonly y: number
  readonly upward: boolean
  readonly clientX: number
  readonly clientY: number
}

interface PointerOptions {
  readonly box: RefObject<HTMLElement | null>
  readonly layout: FlameLayout
  readonly width: number
  readonly upward: boolean
  readonly view: StretchHandle
  readonly onClick: (node: number) => void
}

/** A press that moves so far drags. */
const DRAG_PX = 4
/** A notch of a wheel (100 px) goes closer by a quarter. */
const ZOOM_PER_PX = 0.0029

/** Hovering, clicking, dragging aside, Ctrl + wheel (and a pinch, which browsers tell as such) to go closer, Shift + wheel aside. */
export function useFlamePointer(options: PointerOptions) {
  const [pointed, setPointed] = useState<Pointed>()
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  const pressed = useRef<{ readonly clientX: number; readonly clientY: number; lastX: number; isDrag: boolean } | undefined>(undefined)
  const forget = useCallback(() => setPointed(undefined), [])
  useWheel(options.box, latest, forget)
  const at = (event: PointerEvent<HTMLElement>): Pointed => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top + event.currentTarget.scrollTop, upward: latest.current.upward, clientX: event.clientX, clientY: event.clientY }
  }
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button === 0) pressed.current = { clientX: event.clientX, clientY: event.clientY, lastX: event.clientX, isDrag: false }
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const press = pressed.current
      if (!press || event.buttons === 0) return setPointed(at(event))
      if (!press.isDrag && Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < DRAG_PX) return
      if (!press.isDrag) event.currentTarget.setPointerCapture(event.pointerId)
      press.isDrag = true
      const { view, width } = latest.current
      const { from, to } = view.stretch
      const by = (press.lastX - event.clientX) / Math.max(1, width)
      press.lastX = event.clientX
      if (to - from < 1) view.change((stretch) => moved(stretch, by))
      setPointed(undefined)
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const press = pressed.current
      pressed.current = undefined
      if (!press || press.isDrag) return
      const { layout, view: { stretch: { from, to } }, width, upward, onClick } = latest.current
      const { x, y } = at(event)
      const row = Math.floor((upward ? contentPx(layout, event.currentTarget.clientHeight) - y : y) / ROW_PX)
      const node = x < width ? nodeAt(layout, row, (from + (to - from) * (x / width)) * layout.total[0]!) : -1
      if (node >= 0) onClick(node)
    },
    onPointerLeave: forget,
    onPointerCancel() {
      pressed.current = undefined
      forget()
    },
  }
  return { pointed, forget, handlers }
}

/** React’s wheel listeners can’t keep the page from zooming, so it is the browser’s own. */
function useWheel(box: RefObject<HTMLElement | null>, latest: RefObject<PointerOptions>, forget: () => void): void {
  useEffect(() => {
    const target = box.current
    if (!target) return
    const onWheel = (event: WheelEvent) => {
      const { view, width } = latest.current
      const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1
      const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
      if (event.ctrlKey || event.metaKey) {
        const share = (event.clientX - target.getBoundingClientRect().left) / Math.max(1, width)
        view.closer(Math.exp(event.deltaY * px * ZOOM_PER_PX), Math.min(1, Math.max(0, share)))
      } else if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) view.change((stretch) => moved(stretch, (across * px) / Math.max(1, width)))
      else return
      event.preventDefault()
      forget()
    }
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [box, latest, forget])
}
