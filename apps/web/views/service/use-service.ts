'use client'
import { useMemo, useRef } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { timeStepMs } from '../../charts/ticks.ts'
import { FILTER_KEYS, PERHAPS_NEVER, useCalmRange, useLastMinute, useNow, useQuery, useRangeMs, useSelection, useTopic, useUnwatchedOrNotKnown, type FilterKey, type Params, type Reading, type RequestGroups, type Service, type Services, type Status, type Unwatched } from '../../live/index.ts'
import { againstBefore, figuresOf, groupOf, roleOf, stepsOf, type AgainstBefore, type Role, type ServiceFigures, type ServiceSteps } from './model.ts'

export interface ServiceReading {
  readonly name: string
  readonly steps: Reading<RequestGroups>
  /** The side that is shown; undefined until it is known. */
  readonly role: Role | undefined
  /** The selection's filters with the service and its role, for the API. */
  readonly asked: Params
  readonly series: ServiceSteps
  readonly figures: ServiceFigures | undefined
  readonly figuresSeconds: number
  /** Of the whole selection, exact. */
  readonly requestCount: number
  readonly before: AgainstBefore
  readonly known: Service | undefined
  /** In these nothing is known. */
  readonly unknown: readonly Unwatched[]
}

const STEPS_SHOWN = 180
/** As many as Overview compares, so that both say the same of when it began; of shorter ones a quiet service has too few requests in each. */
const STEPS_COMPARED = 92
const OTHERS: readonly FilterKey[] = FILTER_KEYS.filter((key) => key !== 'service' && key !== 'role')

/** Steps of a range and of the hour before it. */
export const stepOf = (rangeMs: number): number => timeStepMs(rangeMs, STEPS_SHOWN, 1)

/** Rate, errors and latency of one side of a service under the selection; figures of the last minute while live, else of the range. */
export function useService(name: string): ServiceReading {
  const { selection, live, range, filters } = useSelection()
  const { fromMs, toMs } = useRangeMs(selection)
  const present = useNow(live)
  const lastMinute = useLastMinute()
  const stepMs = stepOf(toMs - fromMs)
  const filtered = { ...filters(OTHERS), service: name, by: 'role' }
  const step = `${stepMs / 1000}s`
  const steps = useTopic<RequestGroups>('requests/aggregate', { ...filtered, ...range, step }, live)
  const minute = useTopic<RequestGroups>('requests/aggregate', { ...filtered, ...(live ? lastMinute.range : range) }, live)
  const hour = { ...filtered, ...hourBefore(Math.max(fromMs, 3_600_000)) }
  const calm = useCalmRange(selection)
  const coarseMs = timeStepMs(toMs - fromMs, STEPS_COMPARED, 1)
  const coarse = useQuery<RequestGroups>(calm ? 'requests/aggregate' : null, { ...filtered, ...calm, step: `${coarseMs / 1000}s` })
  const usual = useQuery<RequestGroups>(present === 0 ? null : 'requests/aggregate', { ...hour, step: `${coarseMs / 1000}s` })
  const wholeHour = useQuery<RequestGroups>(present === 0 ? null : 'requests/aggregate', hour)
  const services = useTopic<Services>('services', { ...(live ? lastMinute.range : range), limit: 1000 }, live)
  const status = useTopic<Status>('status', {}, true)
  const askedRole = selection.filters.find(({ key, not }) => key === 'role' && !not)?.value as Role | undefined
  const role = steps.data && roleOf(steps.data.groups, askedRole)
  const known = services.data?.services.find((service) => service.name === name)
  const silentSinceMs = silentSince(status.data, known)
  const knownToMs = silentSinceMs ?? (live || present === 0 ? Infinity : present)
  const told = useUnwatchedOrNotKnown(selection)
  // Without these a step with no request may be one that nobody watched: nothing is drawn there, neither zero nor hatching.
  const isTold = told !== undefined && (!live || (status.data !== undefined && services.data !== undefined))
  const unwatched = isTold ? told : PERHAPS_NEVER
  const unknown = useMemo(() => (!isTold ? [] : knownToMs === Infinity ? told : [...told, { fromMs: knownToMs, toMs: Infinity }]), [isTold, told, knownToMs])
  const group = role && groupOf(steps.data, role)
  const [from, to] = live ? [0, 0] : [fromMs, toMs]
  const drawn = useMemo(() => stepsOf(group, { stepMs, range: to > 0 ? { fromMs: from, toMs: to } : undefined, knownToMs, unwatched }), [group, stepMs, from, to, knownToMs, unwatched])
  // What was asked before was in other steps: the picture drawn of it stays as it is.
  const series = useKept(drawn, !steps.loading)
  const before = useMemo(() => againstBefore(role && groupOf(coarse.data, role), role && groupOf(usual.data, role), role && groupOf(wholeHour.data, role)), [coarse.data, usual.data, wholeHour.data, role])
  return {
    name, steps, role, series, before, known,
    asked: { ...filters(OTHERS), service: name, role },
    figures: role && minute.data && figuresOf(groupOf(minute.data, role)),
    figuresSeconds: live ? lastMinute.seconds : Math.max(1e-3, (toMs - fromMs) / 1000),
    requestCount: group?.requestCount ?? 0,
    unknown,
  }
}

/** The last value while it was `valid`. */
function useKept<T>(value: T, valid: boolean): T {
  const kept = useRef(value)
  if (valid) kept.current = value
  return kept.current
}

/** When the last of its hosts fell silent; undefined while one is there. */
function silentSince(status: Status | undefined, service: Service | undefined): number | undefined {
  const hosts = status?.hosts.filter(({ id }) => service?.hosts.includes(id)) ?? []
  if (hosts.length === 0 || hosts.some(({ connected }) => connected)) return undefined
  return Math.max(...hosts.map(({ lastSeenAt }) => Date.parse(lastSeenAt)))
}
