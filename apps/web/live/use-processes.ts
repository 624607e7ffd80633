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

/** While live, those of the whole range are asked for again so often; between, those that run now are. */
const STEP_MS = 10_000
const LIMIT = 10_000
const instant = (ms: number) => new Date(Math.max(0, ms)).toISOString()

/** Processes of the selected range: all that lived in it, however short. */
export function useProcesses(): ProcessesReading {
  const { selection, live } = useSelection()
  const present = useNow(live)
  const { fromMs, toMs } = rangeMs(selection, Math.ceil(present / STEP_MS) * STEP_MS)
  const running = useTopic<Processes>(live ? 'processes' : null, { limit: LIMIT }, live)
  const lived = useQuery<Processes>(present === 0 ? null : 'processes', { from: instant(fromMs), to: instant(toMs), limit: LIMIT })
  const now = live ? running.data?.processes : undefined
  const processes = useMemo(() => processesWithin(lived.data?.processes ?? [], now, fromMs, toMs), [lived.data, now, fromMs, toMs])
  return { processes, span: useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]), now: live ? running : lived }
}
