'use client'
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { keyTarget } from './flame-keys.ts'
import { nodeAt, nodeKey, rowCount, rowOf, type FlameLayout } from './flame-layout.ts'
import { contentPx, FlamePainter, ROW_PX, rowTopPx, type FlameScene } from './flame-painter.ts'
import type { FlamePalette } from './flame-palette.ts'
import { FlameTip } from './flame-tip.tsx'
import { showing, stretchOf, type Stretch } from './flame-view.ts'
import { LEAST_PX } from './flame-visible.ts'
import { useBox, type Box } from './use-box.ts'
import { useFlamePointer, type Pointed } from './use-flame-pointer.ts'
import { useTakenFocus } from './use-taken-focus.ts'
import { useStretch } from './use-stretch.ts'

export interface FlameGraphProps {
  /** What is drawn, for readers. */
  readonly label: string
  /** It has the focus as it comes. */
  readonly takesFocus?: boolean
  readonly layout: FlameLayout
  readonly palette: FlamePalette
  /** By function, 1 where the search matches. */
  readonly matches?: Uint8Array | undefined
  /** Written into a root that stands for no function. */
  readonly rootLabel: string
  /** The rectangle that is as wide as the picture; 0: all. */
  readonly zoom: number
  /** −1: none. */
  readonly chosen: number
  /** The root is at the bottom: callers stand above what they call. */
  readonly upward?: boolean
  /** What a rectangle is, in a sentence; and with its figures, for the pointer. */
  readonly describe: (node: number) => string
  readonly tip: (node: number) => ReactNode
  readonly onZoom: (node: number) => void
  readonly onChoose: (node: number) => void
  /** What is under the pointer; −1: nothing. */
  readonly onPoint: (node: number) => void
  /** Another key, for the chosen rectangle. True if it was taken. */
  readonly onKey: (key: string, node: number) => boolean
}

/** A flame graph: click and Enter zoom, Ctrl + wheel and + − go closer, arrows walk, Esc goes back out. */
export const FlameGraph = memo(function FlameGraph(props: FlameGraphProps) {
  const { label, layout, zoom, chosen, upward = false, describe, tip, onPoint } = props
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useBox(box)
  const view = useStretch(layout, zoom)
  const scene = useMemo(() => sceneOf(props, view.stretch, size), [props, view.stretch, size])
  const paint = usePaint(canvas, box, scene, size.density)
  const { pointed, forget, handlers } = useFlamePointer({ box, layout, width: size.width, upward, view, onClick: (node) => { props.onChoose(node); props.onZoom(node) } })
  const hovered = hit(layout, pointed, view.stretch, size)
  useEffect(() => onPoint(hovered), [hovered, onPoint])
  useTakenFocus(box, props.takesFocus ?? false)
  useShown(box, layout, chosen, size.height, upward)
  const said = useSaid(layout, chosen, describe)
  const onKeyDown = useKeyDown(props, view, size.width)
  const onScroll = useCallback(() => { paint(); forget() }, [paint, forget])
  const content = contentPx(layout, size.height)
  const ring = (node: number, kind: 'hovered' | 'chosen') => node >= 0 && <Ring layout={layout} node={node} stretch={view.stretch} width={size.width} content={content} upward={upward} kind={kind} />
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a picture is walked by keys
    <div ref={box} role="group" aria-label={label} tabIndex={0} onKeyDown={onKeyDown} onScroll={onScroll} className="min-h-0 min-w-0 flex-1 overflow-x-hidden overflow-y-auto focus-visible:rounded-none focus-visible:shadow-none focus-visible:outline-1 focus-visible:-outline-offset-1 focus-visible:outline-accent" {...handlers}>
      <div style={{ position: 'relative', height: content }}>
        <canvas ref={canvas} aria-hidden style={{ position: 'sticky', top: 0, display: 'block', width: size.width, height: size.height }} />
        {ring(chosen, 'chosen')}
        {ring(hovered, 'hovered')}
      </div>
      <p role="status" className="sr-only">{said}</p>
      {pointed && hovered >= 0 && <FlameTip x={pointed.clientX} y={pointed.clientY}>{tip(hovered)}</FlameTip>}
    </div>
  )
})

/** What is said of the chosen rectangle: once, not whenever its figures change. */
function useSaid(layout: FlameLayout, chosen: number, describe: (node: number) => string): string {
  const [said, setSaid] = useState('')
  const latest = useRef({ chosen, describe })
  useEffect(() => {
    latest.current = { chosen, describe }
  })
  const key = chosen < 0 ? '' : nodeKey(layout, chosen)
  useEffect(() => setSaid(key === '' ? '' : latest.current.describe(latest.current.chosen)), [key])
  return said
}

function sceneOf({ layout, palette, matches, upward = false, zoom, rootLabel }: FlameGraphProps, stretch: Stretch, { width, height }: Box): Omit<FlameScene, 'scrollPx'> {
  const whole = layout.total[0]!
  return { layout, palette, matches, upward, rootLabel, from: stretch.from * whole, to: stretch.to * whole, widthPx: width, heightPx: height, dimRows: zoom > 0 ? rowOf(layout, zoom) : 0 }
}

/** Paints the scene once a frame at most. Returns what asks for it. */
function usePaint(canvas: { readonly current: HTMLCanvasElement | null }, box: { readonly current: HTMLElement | null }, scene: Omit<FlameScene, 'scrollPx'>, density: number): () => void {
  const painter = useRef<FlamePainter | undefined>(undefined)
  const latest = useRef({ scene, density })
  const frame = useRef(0)
  const paint = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => {
      const { scene, density } = latest.current
      if (!canvas.current || scene.widthPx === 0 || scene.heightPx === 0) return
      painter.current ??= new FlamePainter(canvas.current)
      painter.current.paint({ ...scene, scrollPx: box.current?.scrollTop ?? 0 }, density)
    })
  }, [canvas, box])
  useLayoutEffect(() => {
    latest.current = { scene, density }
    paint()
  }, [scene, density, paint])
  const family = scene.palette.tokens['font-mono']
  useEffect(() => {
    let isOver = false
    void document.fonts.load(`11px ${family}`).then(() => {
      if (isOver) return
      painter.current?.forgetFont()
      paint()
    }, () => undefined) // without its own font the page has the system's
    return () => { isOver = true }
  }, [family, paint])
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return paint
}

function hit(layout: FlameLayout, pointed: Pointed | undefined, { from, to }: Stretch, { width, height }: Box): number {
  if (!pointed || width === 0) return -1
  const content = contentPx(layout, height)
  const row = Math.floor((pointed.upward ? content - pointed.y : pointed.y) / ROW_PX)
  const node = nodeAt(layout, row, (from + (to - from) * (pointed.x / width)) * layout.total[0]!)
  const scale = width / ((to - from) * layout.total[0]!)
  return node >= 0 && layout.total[node]! * scale >= LEAST_PX ? node : -1
}

interface RingProps {
  readonly layout: FlameLayout
  readonly node: number
  readonly stretch: Stretch
  readonly width: number
  readonly content: number
  readonly upward: boolean
  readonly kind: 'hovered' | 'chosen'
}

function Ring({ layout, node, stretch: { from, to }, width, content, upward, kind }: RingProps) {
  const own = stretchOf(layout, node)
  const scale = width / (to - from)
  const left = Math.max(0, (own.from - from) * scale)
  const right = Math.min(width, (own.to - from) * scale)
  if (right <= 0 || left >= width) return null
  const top = rowTopPx(rowOf(layout, node), content, upward)
  return <div aria-hidden style={{ position: 'absolute', left, top, width: Math.max(2, right - left), height: ROW_PX - 1, pointerEvents: 'none', boxShadow: `inset 0 0 0 ${kind === 'chosen' ? 2 : 1}px var(${kind === 'chosen' ? '--accent' : '--text-1'})` }} />
}

/** Scrolls as little as shows the chosen rectangle; a picture that grows upwards begins at its ground. */
function useShown(box: { readonly current: HTMLElement | null }, layout: FlameLayout, chosen: number, height: number, upward: boolean): void {
  const rows = rowCount(layout)
  useLayoutEffect(() => {
    if (upward && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [box, upward, rows, height])
  const row = chosen < 0 ? -1 : rowOf(layout, chosen)
  useLayoutEffect(() => {
    const target = box.current
    if (!target || row < 0 || height === 0) return
    const top = rowTopPx(row, Math.max(rows * ROW_PX, height), upward)
    if (top < target.scrollTop) target.scrollTop = top - ROW_PX
    else if (top + ROW_PX > target.scrollTop + height) target.scrollTop = top + 2 * ROW_PX - height
  }, [box, row, rows, height, upward])
}

/** As long as the page waits for the second of two keys. */
const SEQUENCE_MS = 1200
const CLOSER: Readonly<Record<string, number>> = { '+': 0.7, '=': 0.7, '-': 1 / 0.7, _: 1 / 0.7 }

function useKeyDown({ layout, zoom, chosen, upward = false, onZoom, onChoose, onKey }: FlameGraphProps, view: ReturnType<typeof useStretch>, width: number) {
  const take = (key: string): boolean => {
    const { from, to } = view.stretch
    const isSeen = (node: number) => {
      const own = stretchOf(layout, node)
      return own.to > from && own.from < to && ((own.to - own.from) / (to - from)) * width >= LEAST_PX
    }
    const target = keyTarget(layout, chosen < 0 ? zoom : chosen, key, isSeen, upward)
    if (target !== undefined) {
      onChoose(target)
      view.change((stretch) => showing(stretch, stretchOf(layout, target)))
      return true
    }
    if (CLOSER[key] !== undefined) {
      view.closer(CLOSER[key], chosen < 0 ? 0.5 : placeOf(stretchOf(layout, chosen), view.stretch))
      return true
    }
    if (key === 'Enter' && chosen >= 0) return onZoom(chosen), true
    if (key === 'Escape') return out()
    return onKey(key, chosen)
  }
  /** One step back out: from going closer by hand, from the zoom, from the choice. */
  const out = (): boolean => {
    if (view.isFree) view.reset()
    else if (zoom > 0) onZoom(0)
    else if (chosen >= 0) onChoose(-1)
    else return false
    return true
  }
  const began = useRef(-Infinity)
  return (event: KeyboardEvent) => {
    // `g s` goes to a page: what follows a `g` isn’t ours.
    const isSecond = event.timeStamp - began.current < SEQUENCE_MS
    began.current = event.key === 'g' ? event.timeStamp : -Infinity
    if (event.ctrlKey || event.metaKey || event.altKey || isSecond || !take(event.key)) return
    event.preventDefault()
    event.nativeEvent.stopImmediatePropagation() // `t` and the like are others’ elsewhere
    event.stopPropagation()
  }
}

/** Where the middle of a rectangle is in what is seen, as a share of it. */
const placeOf = (own: Stretch, { from, to }: Stretch): number => Math.min(1, Math.max(0, ((own.from + own.to) / 2 - from) / (to - from)))
