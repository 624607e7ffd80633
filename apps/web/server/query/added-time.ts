import type { ServiceActivity } from '../store/measured.ts'
import type { HostNow, QueryContext } from './context.ts'

/** Figures are of the last minute, and made anew at most so often. */
const WINDOW_NS = 60_000_000_000n
const AGAIN_AFTER_NS = 10_000_000_000n

/** Whose time a probe takes, by what it sees. The time of probes that aren't here is nobody's in particular. */
const SEES: Readonly<Record<string, ServiceActivity['what']>> = { exchange: 'exchange', syscall_latency: 'syscall', run_queue_latency: 'run_queue', block_io: 'block_io', cpu_profile: 'cpu_sample' }

/** What probes add to one service on one host, estimated. */
export interface AddedToService {
  readonly host: string
  readonly service: string
  /** Requests a second it answers; those it sends, if it answers none. */
  readonly requestRate: number
  /** Requests a second it has an end of. */
  readonly exchangeRate: number
  /** Null until measured, or without requests. */
  readonly nsPerRequest: number | null
  readonly nsPerSecond: number
  /** `nsPerSecond` by probe. */
  readonly byProbe: Readonly<Record<string, number>>
}

/** What a probe on a host adds to one request there. */
export interface AddedByProbe {
  readonly nsPerRequest: number
  /** It is at most that: the probe runs for whatever services do, and all of it is laid upon the requests they answer. */
  readonly isAtMost: boolean
}

export interface AddedTime {
  /** Most first. */
  readonly services: readonly AddedToService[]
  /** By host and probe's name, as `host name`. */
  readonly probes: ReadonlyMap<string, AddedByProbe>
  /** By probe `exchange`, over all ends of a request that watched hosts have; null without requests or before it was measured. */
  readonly nsPerRequest: number | null
}

/**
 * What the probes add to the programs they watch. Of requests: the ends of requests a service had, times what the probe's
 * programs take for one (ns per run × runs for each exchange, both from the same window of the kernel's statistics). Of the
 * other probes: the time their programs take, divided among services by how much of what the probe counted was theirs.
 * `secondsOf`: how long the host was watched of what `activity` is of.
 */
export function addedTime(activity: readonly ServiceActivity[], hosts: readonly HostNow[], secondsOf: (host: HostNow) => number): AddedTime {
  const services: AddedToService[] = []
  const probes = new Map<string, AddedByProbe>()
  let addedNs = 0
  let requestCount = 0
  for (const host of hosts) {
    const here = activity.filter((one) => one.host === host.id)
    const added = addedOnHost(host, here, secondsOf(host))
    services.push(...added)
    const exchanges = here.filter(({ what }) => what === 'exchange')
    const requests = exchanges.reduce((sum, one) => sum + one.requestCount, 0)
    const byExchange = exchangeNs(host)
    const ends = exchanges.reduce((sum, { count }) => sum + count, 0)
    if (byExchange !== null) {
      probes.set(`${host.id} exchange`, { nsPerRequest: requests > 0 ? (byExchange * ends) / requests : byExchange, isAtMost: false })
      addedNs += byExchange * ends
      requestCount += requests
    }
    for (const [name, nsPerRequest] of laidUponRequests(added)) probes.set(`${host.id} ${name}`, { nsPerRequest, isAtMost: true })
  }
  services.sort((a, b) => b.nsPerSecond - a.nsPerSecond || (a.service < b.service ? -1 : 1))
  return { services, probes, nsPerRequest: requestCount > 0 ? addedNs / requestCount : null }
}

const exchangeNs = (host: HostNow): number | null => host.report?.cost.addedNsPerRequest ?? null

function addedOnHost(host: HostNow, activity: readonly ServiceActivity[], seconds: number): AddedToService[] {
  const byService = new Map<string, { exchanges: ServiceActivity | undefined; byProbe: Record<string, number> }>()
  const of = (service: string) => {
    const entry = byService.get(service) ?? { exchanges: undefined, byProbe: {} }
    byService.set(service, entry)
    return entry
  }
  const perExchange = exchangeNs(host)
  for (const one of activity) {
    if (one.what !== 'exchange' || one.service === '') continue
    const entry = of(one.service)
    entry.exchanges = one
    if (perExchange !== null) entry.byProbe.exchange = (perExchange * one.count) / seconds
  }
  for (const { name, cpuShare } of host.report?.probes ?? []) {
    const what = SEES[name]
    if (what === undefined || what === 'exchange' || !cpuShare) continue
    const seen = activity.filter((one) => one.what === what)
    const total = seen.reduce((sum, { count }) => sum + count, 0)
    for (const { service, count } of seen) if (service !== '' && count > 0) of(service).byProbe[name] = (cpuShare * 1e9 * count) / total
  }
  return [...byService].map(([service, { exchanges, byProbe }]) => {
    const requests = exchanges ? exchanges.servedCount || exchanges.count : 0
    return {
      host: host.id, service, requestRate: requests / seconds, exchangeRate: (exchanges?.count ?? 0) / seconds, byProbe,
      nsPerRequest: requests > 0 && byProbe.exchange !== undefined ? (byProbe.exchange * seconds) / requests : null,
      nsPerSecond: Object.values(byProbe).reduce((sum, ns) => sum + ns, 0),
    }
  })
}

/** Of probes that run for whatever a service does: their time in services that answer requests, for each of these requests. */
function laidUponRequests(services: readonly AddedToService[]): Map<string, number> {
  const answering = services.filter(({ requestRate }) => requestRate > 0)
  const rate = answering.reduce((sum, { requestRate }) => sum + requestRate, 0)
  const names = new Set(answering.flatMap(({ byProbe }) => Object.keys(byProbe)))
  names.delete('exchange')
  return new Map([...names].map((name) => [name, answering.reduce((sum, { byProbe }) => sum + (byProbe[name] ?? 0), 0) / rate]))
}

/** The window, or as much of it as the host's collector has been running. */
function watchedSeconds({ report }: HostNow, now: bigint): number {
  const sinceStart = report ? now - BigInt(report.startedAt) : WINDOW_NS
  return Number(sinceStart > 0n && sinceStart < WINDOW_NS ? sinceStart : WINDOW_NS) / 1e9
}

const lately = new WeakMap<QueryContext, { readonly at: bigint; readonly added: Promise<AddedTime> }>()

/** What probes add now; the same answer for ten seconds, since a page asks each second. */
export function addedNow(context: QueryContext): Promise<AddedTime> {
  const now = context.now()
  const last = lately.get(context)
  if (last && now - last.at < AGAIN_AFTER_NS) return last.added
  const hosts = [...context.living.hosts.values()]
  const added = context.store.activity({ from: now - WINDOW_NS, to: now }).then((activity) => addedTime(activity, hosts, (host) => watchedSeconds(host, now)))
  lately.set(context, { at: now, added })
  added.catch(() => lately.delete(context))
  return added
}
