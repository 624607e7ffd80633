'use client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { placeNewcomers, type Place } from '../../charts/map-places.ts'
import { keepPlaces, readPlaces } from './kept-places.ts'
import { layOut, type LayoutInput } from './layout.ts'

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
 * of a map being unknown, or on request, all is laid out. What an opened group brings (`opened` of them) is no reason to.
 */
export function usePlaces(map: LayoutInput | undefined, opened: number): Places {
  const [places, setPlaces] = useState<ReadonlyMap<string, Place>>()
  const [failure, setFailure] = useState<string>()
  const [generation, setGeneration] = useState(0)
  const names = useMemo(() => map?.nodes.map((node) => node.id).sort() ?? [], [map])
  const key = names.join('\n\n')
  const latest = useRef(map)
  const openedBefore = useRef(opened)
  useEffect(() => {
    latest.current = map
  })

  const arrange = useCallback(() => {
    const map = latest.current
    if (!map) return
    layOut(map).then(
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
    const isOpening = opened > openedBefore.current && known.size > 0
    openedBefore.current = opened
    if (known.size * 2 < names.length && !isOpening) return arrange()
    const all = placeNewcomers(names, map.edges, known)
    keepPlaces(localStorage, all)
    setPlaces(all)
    // `names` is `key` as a list.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, arrange])

  return { places, arrange, generation, failure }
}
