import { setTimeout as sleep } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import { REPLAYED } from '@sonde/shared/signal'
import { addedNow, type AddedTime } from './added-time.ts'
import type { HostNow, QueryContext } from './context.ts'
import { Conflict, NotFound } from './errors.ts'
import { Count, DurationNs, Host, Instant, instant, Rate, Share } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { resource } from './resource.ts'

/** How long an answer waits for the collector to have done as told. */
const SETTLE_MS = 2500

export const ProbeSchema = z.object({
  name: z.string(),
  host: Host,
  sees: z.string(),
  hooks: z.array(z.string()),
  losesWhenOff: z.string(),
  enabled: z.boolean(),
  state: z.enum(['attached', 'off', 'refused', 'partial']),
  reason: z.string(),
  records: Count,
  recordsPerSecond: Rate,
  lost: Count,
  nsPerRun: z.number().nullable(),
  runs: Rate.nullable().openapi({ description: 'A second, when last measured; of a probe that listens now and then, on the average.' }),
  cpuShare: Share.nullable().openapi({ description: 'Of one core, spent in the kernel’s programs.' }),
  observedShare: Share.nullable().optional().openapi({ description: 'Of a probe that listens now and then: its share of the time, lately.' }),
  addedNsPerRequest: z.number().nullable().openapi({ description: 'What it adds to one request, over all its ends on the host, estimated. Null until measured, or if it is not known whose its time is.' }),
  addedIsAtMost: z.boolean().openapi({ description: '`addedNsPerRequest` is at most that: the probe runs for whatever services do, and all of it is laid upon the requests they answer.' }),
  ringFill: Share,
}).openapi('Probe')
export type ProbeAnswer = z.input<typeof ProbeSchema>

const hostParam = { host: z.string().optional().openapi({ description: 'Id of the host; default: all.' }) }

const probesOf = (hosts: Iterable<HostNow>, added: AddedTime): ProbeAnswer[] =>
  [...hosts].flatMap((host) => (host.report?.probes ?? []).map((probe) => {
    const adds = added.probes.get(`${host.id} ${probe.name}`)
    return { ...probe, hooks: [...probe.hooks], host: host.id, addedNsPerRequest: adds?.nsPerRequest ?? null, addedIsAtMost: adds?.isAtMost ?? false }
  }))

const AddedToService = z.object({
  host: Host,
  service: z.string(),
  requestRate: Rate.openapi({ description: 'Requests it answers; those it sends, if it answers none.' }),
  exchangeRate: Rate.openapi({ description: 'Requests it has an end of.' }),
  addedNsPerRequest: z.number().nullable().openapi({
    description: 'Of the last minute, by probe `exchange`: the ends of requests it had for each request it answered × the time the probe’s programs take for one end (ns per run × runs for each exchange). Null until measured, or without requests.',
  }),
  addedNsPerSecond: z.number().openapi({
    description: 'By all probes whose time can be laid to somebody: `exchange` as above × requests a second, and of each other probe its share of a CPU × how much of what it counted was this service’s. Time of `tcp_connection` and `process_lifecycle` is nobody’s.',
  }),
  addedNsPerSecondByProbe: z.record(z.string(), z.number()),
}).openapi('AddedToService')

const CostWindows = z.object({
  host: Host, forNs: DurationNs, everyNs: DurationNs, isOpen: z.boolean(),
  lastAt: Instant.nullable().openapi({ description: 'Begin of the last window that is over: costs are of it.' }), nextAt: Instant,
}).openapi('CostWindows', { description: 'When the kernel counts what programs cost. Announced, since each run costs some 20 ns more meanwhile.' })

const windowsOf = (hosts: readonly HostNow[]) =>
  hosts.flatMap(({ id, report }) => {
    const windows = report?.costWindows
    return windows ? [{ ...windows, host: id, lastAt: windows.lastAt === null ? null : instant(BigInt(windows.lastAt)), nextAt: instant(BigInt(windows.nextAt)) }] : []
  })

/** Services told of: those that most is added to. */
const SERVICES = 1000

const reporting = (context: QueryContext, host: string | undefined) => [...context.living.hosts.values()].filter((one) => host === undefined || one.id === host)

export const probes = resource({
  name: 'probes',
  summary: 'Every probe, what it does and what it costs.',
  params: z.strictObject({ ...hostParam, ...pageParams }),
  answer: z.object({
    probes: z.array(ProbeSchema), ...pageFields,
    services: z.array(AddedToService).openapi({ description: 'What the probes add to each watched service, estimated, most first; at most 1,000.' }),
    costWindows: z.array(CostWindows),
  }).openapi('Probes'),
  async run(context, params) {
    const hosts = reporting(context, params.host)
    const added = await addedNow(context)
    const { page, ...rest } = pageOf(probesOf(hosts, added), (probe) => `${probe.name} ${probe.host}`, params)
    const services = added.services.filter(({ host }) => hosts.some(({ id }) => id === host)).slice(0, SERVICES)
      .map(({ nsPerRequest, nsPerSecond, byProbe, ...service }) => ({ ...service, addedNsPerRequest: nsPerRequest, addedNsPerSecond: nsPerSecond, addedNsPerSecondByProbe: { ...byProbe } }))
    return { probes: page, ...rest, services, costWindows: windowsOf(hosts) }
  },
})

/**
 * Switches a probe on all hosts that have it, or on one, and keeps the switch for collectors to come. The answer waits
 * until the collector reports it so, at most 2.5 s.
 *
 * @throws NotFound if no host has the probe
 * @throws Conflict if none that has is connected, or a recording is replayed
 */
export async function switchProbe(context: QueryContext, name: string, enabled: boolean, host: string | undefined): Promise<ProbeAnswer> {
  const having = reporting(context, host).filter((one) => one.report?.probes.some((probe) => probe.name === name))
  if (having.length === 0) throw new NotFound(`no probe has the name ${name.slice(0, 64)}`)
  if (having.every(({ report }) => report!.probes.every(({ reason }) => reason === REPLAYED))) throw new Conflict('a recording has no probes to switch; watch a host: npm start')
  for (const one of having) await context.people.setProbeSwitch(one.id, name, enabled)
  const told = having.filter((one) => context.control(one.id, name, enabled))
  if (told.length === 0) throw new Conflict('the collector is not connected; the switch is kept and set when it is')
  const deadline = performance.now() + SETTLE_MS
  while (performance.now() < deadline && !reporting(context, host).filter((one) => told.some(({ id }) => id === one.id)).every((one) => one.report?.probes.find((p) => p.name === name)?.enabled === enabled)) await sleep(50)
  return { ...probesOf(told, await addedNow(context)).find((one) => one.name === name)!, enabled }
}

const Exporter = z.object({
  name: z.string(), host: Host, state: z.enum(['connected', 'connecting', 'spooling', 'failing', 'off']), sent: Count, dropped: Count, queued: Count, lastError: z.string().nullable(),
}).openapi('Exporter')

export const exporters = resource({
  name: 'exporters',
  summary: 'Where collectors send what they see.',
  params: z.strictObject({ ...hostParam, ...pageParams }),
  answer: z.object({ exporters: z.array(Exporter), ...pageFields }).openapi('Exporters'),
  run(context, params) {
    const all = reporting(context, params.host).flatMap((host) => (host.report?.exporters ?? []).map((exporter) => ({ ...exporter, host: host.id })))
    const { page, ...rest } = pageOf(all, (exporter) => `${exporter.name} ${exporter.host}`, params)
    return Promise.resolve({ exporters: page, ...rest })
  },
})
