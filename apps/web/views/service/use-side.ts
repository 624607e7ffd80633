'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { useCalmRange, useLastMinute, useNow, useQuery, useRangeMs, useSelection, useTopic, type RequestGroups } from '../../live/index.ts'
import { peersOf, type Peers, type ServiceMap } from './peers.ts'
import { stepOf } from './use-service.ts'

/** Lines in the list are short: every fourth step is enough. */
const LINE_STEP = 4
const LINES = 60

/** Both sides of the service on the map: which there are of the range, figures of the last minute while live. */
export function usePeers(service: string): Peers | undefined {
  const { selection, live } = useSelection()
  const { fromMs, toMs } = useRangeMs(selection)
  const calm = useCalmRange(selection)
  const present = useNow(false)
  const { range: lastMinute } = useLastMinute()
  const whole = useQuery<ServiceMap>(calm ? 'service-map' : null, { ...calm, service })
  const minute = useTopic<ServiceMap>(live ? 'service-map' : null, { ...lastMinute, service }, live)
  const usual = hourBefore(Math.max(fromMs, 3_600_000))
  const before = useQuery<ServiceMap>(present > 0 ? 'service-map' : null, { ...usual, service })
  const lines = useQuery<RequestGroups>(calm ? 'requests/aggregate' : null, { ...calm, service, by: 'role,peer,protocol', step: `${(stepOf(toMs - fromMs) * LINE_STEP) / 1000}s`, limit: LINES })
  const now = live ? minute.data : whole.data
  return useMemo(() => whole.data && peersOf(service, { whole: whole.data, now, before: before.data, lines: lines.data }), [service, whole.data, now, before.data, lines.data])
}

interface Connections {
  readonly connections: readonly { readonly id: string; readonly peer: string; readonly remote: string; readonly failure: string | null; readonly openedAt: string }[]
  readonly total: number
}

const FAILURES = ['refused', 'reset', 'timeout', 'unreachable', 'aborted']
const SHOWN_FAILURES = 3

/** How many are open, and those that failed last. */
export function useConnections(service: string) {
  const { live, range } = useSelection()
  const open = useTopic<Connections>('connections', { ...range, service, state: 'established', limit: 1 }, live)
  const failed = useTopic<Connections>('connections', { ...range, service, failure: FAILURES, limit: SHOWN_FAILURES }, live)
  return { open: open.data, failed: failed.data }
}

export interface MeasuredAnswer<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  /** How much of the time the probe listened while it was on; null if it was off. */
  readonly observedShare: number | null
  /** How long it was on in the range. */
  readonly onSeconds: number
}

const SHOWN_ROWS = 5

/**
 * What a probe that listens part of the time has measured of the service. Asked each ten seconds and never as a topic: a
 * glance at a service must not make a dear probe listen all the time; its own page does.
 */
export function useMeasured<Row>(resource: 'syscalls' | 'run-queue', list: 'syscalls' | 'services', service: string): MeasuredAnswer<Row> | undefined {
  const { selection, filters } = useSelection()
  const calm = useCalmRange(selection)
  const hosts = Object.values(filters(['host'])).flat().filter((host) => !host.startsWith('!'))
  const { data } = useQuery<Answer>(calm ? resource : null, { ...calm, service, host: hosts, limit: SHOWN_ROWS })
  if (!data) return undefined
  const { total, observedNs, observedShare } = data
  return { rows: data[list] as readonly Row[], total, observedShare, onSeconds: observedShare ? observedNs / observedShare / 1e9 : 0 }
}

interface Answer {
  readonly syscalls?: readonly unknown[]
  readonly services?: readonly unknown[]
  readonly total: number
  readonly observedShare: number | null
  readonly observedNs: number
}
