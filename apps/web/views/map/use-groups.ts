'use client'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useParam, useTopic, type Status } from '../../live/index.ts'
import { collapse, holding, outline } from './collapse.ts'
import { groupsOf, type Group } from './groups.ts'
import type { LayoutInput } from './layout.ts'
import type { MapAnswer, MapModel } from './model.ts'

export interface Grouping {
  /** The model with what is collapsed. */
  readonly model: MapModel | undefined
  readonly outline: LayoutInput | undefined
  /** Groups that are opened: by hand, and by what is chosen in them. */
  readonly opened: number
  readonly openedByHand: number
  open(id: string): void
  collapseAll(): void
}

const NONE: ReadonlyMap<string, Group> = new Map()

/** What of a map of more than forty nodes stands together, and what of it was opened. Once collapsed it stays so while one looks, whatever the count does. */
export function useGroups(whole: MapAnswer | undefined, model: MapModel | undefined, chosen: string | undefined): Grouping {
  const [param, setParam] = useParam('open')
  const hosts = useTopic<Status>('status', {}, true).data?.hosts
  const least = useRef(0)
  const found = useMemo(() => (whole ? groupsOf(whole, (id) => hosts?.find((host) => host.id === id)?.name ?? id, least.current) : undefined), [whole, hosts])
  const groups = found?.groups ?? NONE
  useEffect(() => {
    if (found) least.current = found.step
  }, [found])
  const byHand = useMemo(() => new Set(param === null ? [] : param.split('\t')), [param])
  const held = whole ? holding(chosen, whole, groups).join('\t') : ''
  const expanded = useMemo(() => new Set([...byHand, ...held.split('\t')]), [byHand, held])
  const drawn = useMemo(() => model && collapse(model, groups, expanded), [model, groups, expanded])
  const laidOut = useMemo(() => whole && outline(whole, groups, expanded), [whole, groups, expanded])
  const open = useCallback((id: string) => setParam([...byHand, id].join('\t')), [byHand, setParam])
  const collapseAll = useCallback(() => setParam(null), [setParam])
  return { model: drawn, outline: laidOut, opened: expanded.size, openedByHand: byHand.size, open, collapseAll }
}
