'use client'
import { useMemo } from 'react'
import { processesWithin } from './processes.ts'
import type { Process, Processes } from './resources.ts'
import { rangeMs } from './selection.ts'
import { useNow } from './use-now.ts'
import type { Reading } from './use-reading.ts'
import { useSelection } from './use-selection.ts'
import { useQuery, useTopic } from './use-topic.ts'

export interface ProcessesReading {
  /** Alive at some moment of the range. */
  readonly processes: readonly Process[]
  /** The range; moves on every ten seconds while live. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
  readonly now: Reading<Processes>
}

/** While live, those at the begin of the range are asked for again so often. */
const STEP_MS = 10_000
const LIMIT = 10_000

/** Processes of the selected range: those that run at its end and those that ran at its begin. */
export function useProcesses(): ProcessesReading {
  const { selection, live, range } = useSelection()
  const present = useNow(live)
  const { fromMs, toMs } = rangeMs(selection, Math.ceil(present / STEP_MS) * STEP_MS)
  const now = useTopic<Processes>('processes', live ? { limit: LIMIT } : { at: range.to, limit: LIMIT }, live)
  const then = useQuery<Processes>(present === 0 ? null : 'processes', { at: new Date(Math.max(0, fromMs)).toISOString(), limit: LIMIT })
  const processes = useMemo(() => processesWithin(then.data?.processes ?? [], now.data?.processes, fromMs, toMs), [then.data, now.data, fromMs, toMs])
  return { processes, span: useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]), now }
}
