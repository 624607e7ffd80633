'use client'
import { useMemo } from 'react'
import { useSelection, useTopic } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { dropWordsOnly } from './drop-words.ts'

interface Drops {
  readonly drops: readonly { readonly reason: string; readonly count: number; readonly host: string }[]
  readonly total: number
}

/** Segments of TCP sockets that the kernel dropped in the range, by its reason; nothing if it dropped none. */
export function DropList() {
  const { live, range, filters } = useSelection()
  const host = useMemo(() => filters(['host']), [filters])
  const { data } = useTopic<Drops>('connections/drops', { ...host, ...range }, live)
  if (!data || data.total === 0) return null
  return (
    <>
      <SectionHead title="Dropped by this host" note={`${grouped(data.total)} segments in range`} />
      <ul className="border-t border-line">
        {data.drops.slice(0, 20).map(({ reason, count, host: where }) => (
          <li key={`${where} ${reason}`} className="hairline flex h-6 items-center gap-2 border-b px-4 text-sm">
            <span className="cut flex-1"><Name text={reason} className="mono" /> <span className="text-t3">{dropWordsOnly(reason)}</span></span>
            <span>{grouped(count)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
