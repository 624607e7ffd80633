'use client'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { nodeKey, nodeOf, type FlameLayout } from '../../charts/flame-layout.ts'
import { calleesOf, callersOf, fromRoot, reversed, through } from '../../charts/flame-merge.ts'
import type { FlameColouring } from '../../charts/flame-palette.ts'
import { matchedIn, matchesOf, parseSearch, type Search } from '../../charts/flame-search.ts'
import { callTree, functionAt, functionKey, wideTree, type CallTree } from '../../charts/flame-tree.ts'
import { ROW_PX } from '../../charts/flame-painter.ts'
import { LEAST_PX } from '../../charts/flame-visible.ts'
import { all, useParam, useSelection, withParam } from '../../live/index.ts'
import type { Profile } from './answer.ts'

export type Shape = 'root' | 'reverse' | 'sandwich'

/** What the URL says of the picture, and what changes it. */
export interface FlameState {
  readonly shape: Shape
  readonly isTable: boolean
  readonly colouring: FlameColouring
  readonly find: string
  /** The whole picture: nothing is zoomed to, focused, turned or searched. */
  readonly isPlain: boolean
  readonly setShape: (shape: Shape) => void
  readonly setTable: (on: boolean) => void
  readonly setColouring: (colouring: FlameColouring) => void
  readonly setFind: (text: string) => void
  readonly focus: string | null
  readonly chosenFunction: string | null
  /** Both of a function; null ends it. */
  readonly setFocus: (key: string | null) => void
  readonly sandwich: (key: string) => void
}

const NOT_ZOOMED = [withParam('zoom', null), withParam('zoom-callers', null)]

export function useFlameState(): FlameState {
  const { apply } = useSelection()
  const [shapeText] = useParam('shape')
  const [view] = useParam('view')
  const [colour, setColour] = useParam('colour', 'replace')
  const [find, setFind] = useParam('find', 'replace')
  const [focus] = useParam('focus')
  const [chosenFunction] = useParam('function')
  const [zoom] = useParam('zoom')
  return {
    shape: shapeText === 'reverse' || shapeText === 'sandwich' ? shapeText : 'root',
    isTable: view === 'table',
    colouring: colour === 'binary' ? 'binary' : 'kind',
    find: find ?? '',
    isPlain: shapeText === null && view === null && find === null && focus === null && zoom === null,
    focus,
    chosenFunction,
    setShape: useCallback((shape: Shape) => apply(all(...NOT_ZOOMED, withParam('shape', shape === 'root' ? null : shape), withParam('view', null))), [apply]),
    setTable: useCallback((on: boolean) => apply(withParam('view', on ? 'table' : null)), [apply]),
    setColouring: useCallback((colouring: FlameColouring) => setColour(colouring === 'binary' ? 'binary' : null), [setColour]),
    setFind: useCallback((text: string) => setFind(text === '' ? null : text), [setFind]),
    setFocus: useCallback((key: string | null) => apply(all(...NOT_ZOOMED, withParam('focus', key))), [apply]),
    sandwich: useCallback((key: string) => apply(all(...NOT_ZOOMED, withParam('shape', 'sandwich'), withParam('function', key), withParam('view', null))), [apply]),
  }
}

/** What is drawn of a profile. */
export interface Flame {
  readonly tree: CallTree
  /** Samples shown of each node: all, or those in focus. */
  readonly weights: Pick<CallTree, 'selfOf' | 'totalOf'>
  readonly focused: number
  /** Root or reverse. */
  readonly layout: FlameLayout
  /** Of the chosen function, while sandwiched. */
  readonly sandwich: { readonly index: number; readonly layouts: { readonly callers: FlameLayout; readonly callees: FlameLayout } } | undefined
  readonly search: Search
  readonly matches: Uint8Array | undefined
  /** Samples that match, and rectangles of `layout` that do. */
  readonly matched: { readonly samples: number; readonly nodes: readonly number[] } | undefined
}

/** From so many nodes on a first picture is made of what is wide enough to be seen. */
const LARGE = 5000

/** All of a profile; before the first picture of a large one only what is drawn of it, the rest as soon as the browser has time. */
function useTree(profile: Profile, isPlain: boolean): CallTree {
  const [wasDrawn, setDrawn] = useState(false)
  const isWide = isPlain && !wasDrawn && profile.nodes.frame.length > LARGE
  useEffect(() => {
    if (!isWide) return
    if (typeof requestIdleCallback !== 'function') return void setTimeout(setDrawn, 100, true) // Safari
    const idle = requestIdleCallback(() => setDrawn(true), { timeout: 1000 })
    return () => cancelIdleCallback(idle)
  }, [isWide])
  return useMemo(() => (isWide ? wideTree(profile, (profile.sampleCount * LEAST_PX) / window.innerWidth, Math.ceil(window.innerHeight / ROW_PX)) : callTree(profile)), [profile, isWide])
}

export function useFlame(profile: Profile, { shape, focus, chosenFunction, find, isPlain }: FlameState): Flame {
  const tree = useTree(profile, isPlain)
  const focused = useMemo(() => functionAt(tree, focus), [tree, focus])
  const weights = useMemo(() => (focused < 0 || shape === 'sandwich' ? tree : through(tree, focused)), [tree, focused, shape])
  const layout = useMemo(() => (shape === 'reverse' ? reversed(tree, weights) : fromRoot(tree, weights)), [tree, weights, shape])
  const sandwich = useMemo(() => {
    const index = shape === 'sandwich' ? functionAt(tree, chosenFunction) : -1
    return index < 0 ? undefined : { index, layouts: { callers: callersOf(tree, index), callees: calleesOf(tree, index) } }
  }, [tree, shape, chosenFunction])
  const search = useMemo(() => parseSearch(find), [find])
  const matches = useMemo(() => matchesOf(tree.functions, search), [tree, search])
  const matched = useMemo(() => matches && matchedIn(layout, matches), [layout, matches])
  return { tree, weights, focused, layout, sandwich, search, matches, matched }
}

/** A rectangle of a layout kept in the URL by what it is, so that it stays while samples come: its index, 0 if it isn’t there. */
export function useZoom(layout: FlameLayout, param: 'zoom' | 'zoom-callers'): { readonly zoom: number; readonly isLost: boolean; readonly setZoom: (node: number) => void } {
  const [key, setKey] = useParam(param)
  const node = useMemo(() => nodeOf(layout, key), [layout, key])
  const setZoom = useCallback((next: number) => {
    if (next !== Math.max(0, node)) setKey(next <= 0 ? null : nodeKey(layout, next))
  }, [layout, node, setKey])
  return { zoom: Math.max(0, node), isLost: key !== null && node < 0, setZoom }
}

/** The key of a rectangle’s function; null of a root that stands for all. */
export const keyOfNode = (tree: CallTree, layout: FlameLayout, node: number): string | null => {
  const index = node < 0 ? -1 : layout.functionOf[node]!
  return index < 0 ? null : functionKey(tree, index)
}
