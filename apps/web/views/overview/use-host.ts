'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { rangeMs, useNow, useQuery, useSelection, useTopic, type HostSummaries, type HostUsage, type Reading } from '../../live/index.ts'
import { bandsOf, type Band } from './host-bands.ts'
import { stepOf } from './use-services.ts'

export interface HostReading {
  readonly hosts: readonly { readonly id: string; readonly name: string; readonly bands: readonly Band[] }[]
  /** Begins of the steps of all lines; milliseconds since the epoch. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | undefined
  readonly lines: Reading<HostUsage>
  /** Both answers are here. */
  readonly isKnown: boolean
}

/** The hosts over the range: figures of the last minute while live, else of the whole range, on the axis of the services' lines. */
export function useHost(): HostReading {
  const { selection, live, range } = useSelection()
  const now = useNow(live)
  const { fromMs, toMs } = rangeMs(selection, now)
  const chosen = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  const host = chosen === undefined ? {} : { host: chosen }
  const step = stepOf(fromMs, toMs)
  const lines = useTopic<HostUsage>('host', { ...range, ...host, step }, live)
  const figures = useTopic<HostSummaries>('host/summary', live ? { from: 'now-1m', to: 'now', ...host } : { ...range, ...host }, live)
  const before = useQuery<HostUsage>(now === 0 ? null : 'host', { ...hourBefore(fromMs), ...host, step })
  const hosts = useMemo(() => (figures.data?.hosts ?? []).flatMap((figure) => {
    const line = lines.data?.hosts.find(({ id }) => id === figure.id)
    const earlier = before.data?.hosts.find(({ id }) => id === figure.id)
    if (!line) return []
    return [{ id: figure.id, name: figure.name, bands: bandsOf(figure, { host: line, count: lines.data!.times.length }, earlier && { host: earlier, count: before.data!.times.length }) }]
  }), [figures.data, lines.data, before.data])
  const times = lines.data?.times
  const span = useMemo(() => (times && times.length > 1 ? { fromMs: Date.parse(times[0]!), toMs: Date.parse(times.at(-1)!) } : undefined), [times])
  return { hosts, span, lines, isKnown: lines.data !== undefined && figures.data !== undefined }
}
