'use client'
import { useMemo } from 'react'
import { rangeMs, useNow, useParam, useSelection, useTopic, type Filter, type Params, type Reading } from '../../live/index.ts'
import type { Profile, Samples } from './answer.ts'
import { contextOf, type Stretch } from './context.ts'

/** Filters of the selection that samples can be asked by. */
const API_FILTERS = ['service', 'host', 'pid'] as const

export interface ProfileHandle {
  readonly profile: Reading<Profile>
  /** Samples over time: of the range, or of more around a chosen one. */
  readonly timeline: { readonly data: Samples['timeline'] | undefined; readonly chosen: Stretch | undefined }
  /** What was asked, for links to the API. */
  readonly asked: Params
  /** Filters that samples can’t be asked by. */
  readonly ignored: readonly Filter[]
}

/** Threads and CPUs are this page’s own filters: nothing else is asked by them. */
export function useThread(): { readonly tid: string | null; readonly cpu: string | null; readonly setTid: (value: string | null) => void; readonly setCpu: (value: string | null) => void } {
  const [tid, setTid] = useParam('tid')
  const [cpu, setCpu] = useParam('cpu')
  return { tid, cpu, setTid, setCpu }
}

/** The stacks of the selection, live while live, and what the timeline shows. */
export function useProfile(): ProfileHandle {
  const { selection, live, range, filters } = useSelection()
  const { tid, cpu } = useThread()
  const wanted = useMemo(() => Object.fromEntries(Object.entries(filters(API_FILTERS)).map(([key, values]) => [key, [values].flat().filter((one) => !one.startsWith('!'))])), [filters])
  const whose = { ...wanted, ...(tid !== null && { tid }), ...(cpu !== null && { cpu }) }
  const asked = { ...whose, ...range }
  const profile = useTopic<Profile>('profiles', { ...asked, nodesAs: 'columns' }, live)
  const now = useNow(false)
  const isChosen = selection.range.kind === 'between' && now > 0
  const chosen = isChosen ? rangeMs(selection, now) : undefined
  const context = chosen && contextOf(chosen, now)
  const around = useTopic<Samples>(context ? 'profiles/samples' : null, context ? { ...whose, from: new Date(context.fromMs).toISOString(), to: new Date(context.toMs).toISOString() } : {}, false)
  return {
    profile,
    timeline: { data: (isChosen && !around.error ? around.data : profile.data)?.timeline, chosen: around.data ? chosen : undefined },
    asked,
    ignored: selection.filters.filter(({ key, not }) => not || !(API_FILTERS as readonly string[]).includes(key)),
  }
}
