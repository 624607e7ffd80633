'use client'
import { useEffect, useState, type RefObject } from 'react'

/** An element's size in CSS pixels, and how many device pixels one of them is. 0 until it is known. */
export interface Box {
  readonly width: number
  readonly height: number
  readonly density: number
}

/** The box of an element as it changes, be it by the window, by zooming the page or by another screen. */
export function useBox(element: RefObject<HTMLElement | null>): Box {
  const [box, setBox] = useState<Box>({ width: 0, height: 0, density: 1 })
  useEffect(() => {
    const target = element.current
    if (!target) return
    const read = () => setBox((before) => {
      const [width, height, density] = [target.clientWidth, target.clientHeight, window.devicePixelRatio]
      return before.width === width && before.height === height && before.density === density ? before : { width, height, density }
    })
    const observer = new ResizeObserver(read)
    observer.observe(target)
    // Zooming the page changes the size of its window in CSS pixels, so this comes too.
    window.addEventListener('resize', read)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', read)
    }
  }, [element])
  return box
}
