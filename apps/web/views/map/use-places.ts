'use client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { placeNewcomers, type Place } from '../../charts/map-places.ts'
import { keepPlaces, readPlaces } from './kept-places.ts'
import { layOut } from './layout.ts'
import type { MapAnswer } from './model.ts'

export interface Places {
  /** Undefined until the first layout is there. */
  readonly places: ReadonlyMap<string, Place> | undefined
  /** Lays all out anew, forgetting where things stood. */
  arrange(): void
  /** Grows with each whole layout. */
  readonly generation: number
  readonly failure: string | undefined
}

/**
 * Where nodes stand. What has a place keeps it, also from visit to visit; a newcomer is put beside what it talks to; most
 * of a map being unknown, or on request, all is laid out.
 */
export function usePlaces(whole: MapAnswer | undefined): Places {
  const [places, setPlaces] = useState<ReadonlyMap<string, Place>>()
  const [failure, setFailure] = useState<string>()
  const [generation, setGeneration] = useState(0)
  const names = useMemo(() => whole?.nodes.map((node) => node.id).sort() ?? [], [whole])
  const key = names.join('\n')
  const latest = useRef(whole)
  useEffect(() => {
    latest.current = whole
  })

  const arrange = useCallback(() => {
    const map = latest.current
    if (!map) return
    layOut({ nodes: map.nodes.map(({ id, kind }) => ({ id, outside: kind === 'external' })), edges: map.edges }).then(
      (laidOut) => {
        keepPlaces(localStorage, laidOut)
        setPlaces(laidOut)
        setGeneration((before) => before + 1)
        setFailure(undefined)
      },
      (error: unknown) => {
        // Without a layout the map is still there: in rows beside each other.
        setFailure(error instanceof Error ? error.message : String(error))
        setPlaces(placeNewcomers(map.nodes.map(({ id }) => id), map.edges, new Map()))
      },
    )
  }, [])

  useEffect(() => {
    const map = latest.current
    if (!map || key === '') return
    const known = new Map([...readPlaces(localStorage)].filter(([name]) => names.includes(name)))
    if (known.size * 2 < names.length) return arrange()
    const all = placeNewcomers(names, map.edges, known)
    keepPlaces(localStorage, all)
    setPlaces(all)
    // `names` is `key` as a list.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, arrange])

  return { places, arrange, generation, failure }
}
