'use client'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { rangeParams, useLastMinute, useNow, useQuery, useRangeMs, useTopic, type ApiError, type Selection, type Services } from '../../live/index.ts'
import { mapModel, withNewcomers, type MapAnswer, type MapModel } from './model.ts'

export interface MapReading {
  readonly model: MapModel | undefined
  /** Nodes and edges of the range, of every protocol. */
  readonly whole: MapAnswer | undefined
  readonly error: ApiError | undefined
  readonly dim: boolean
  retry(): void
  /** `last minute`, or `whole selection` when it stands still. */
  readonly figuresOf: string
  readonly rangeSeconds: number
}

const STRUCTURE_MS = 10_000

/**
 * The map of the selection. While live its nodes and edges are of the range, read each ten seconds, its figures of the
 * last minute, each second; standing still all is of the selection. Against the hour before.
 */
export function useMap(selection: Selection, live: boolean, protocol: string | undefined): MapReading {
  const service = selection.filters.find((filter) => filter.key === 'service' && !filter.not)?.value
  const { range: lastMinute } = useLastMinute()
  const now = useNow(live)
  const { fromMs, toMs } = useRangeMs(selection)
  const known = now > 0
  const whole = useQuery<MapAnswer>(known ? 'service-map' : null, { ...structureRange(selection, live, now), service })
  const minute = useTopic<MapAnswer>(known && live ? 'service-map' : null, { ...lastMinute, service }, live)
  const services = useTopic<Services>(known ? 'services' : null, { ...(live ? lastMinute : rangeParams(selection)), limit: 1000 }, live)
  const usual = hourBefore(Math.max(fromMs, 3_600_000))
  const before = useQuery<MapAnswer>(known ? 'service-map' : null, { ...usual, service })
  const servicesBefore = useQuery<Services>(known ? 'services' : null, { ...usual, limit: 1000 })
  const all = useMemo(() => (whole.data ? (live && minute.data ? withNewcomers(whole.data, minute.data) : whole.data) : undefined), [whole.data, minute.data, live])
  const figures = live ? minute.data : whole.data
  const model = useMemo(() => {
    if (!all || !figures) return undefined
    return mapModel({ whole: all, now: figures, services: services.data?.services ?? [], before: before.data, servicesBefore: servicesBefore.data?.services ?? [], protocol })
  }, [all, figures, services.data, before.data, servicesBefore.data, protocol])
  return { model, whole: all, error: whole.error ?? (live ? minute.error : undefined), dim: whole.dim && model === undefined, retry: whole.retry, figuresOf: live ? 'last minute' : 'whole selection', rangeSeconds: (toMs - fromMs) / 1000 }
}

/** The range, while live as instants that change each ten seconds only. */
function structureRange(selection: Selection, live: boolean, now: number): { from: string; to: string } {
  if (!live || selection.range.kind !== 'last') return rangeParams(selection)
  const to = Math.ceil(now / STRUCTURE_MS) * STRUCTURE_MS
  return { from: new Date(to - selection.range.seconds * 1000).toISOString(), to: new Date(to).toISOString() }
}
