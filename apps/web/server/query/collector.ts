import { setTimeout as sleep } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import type { HostNow, QueryContext } from './context.ts'
import { Conflict, NotFound } from './errors.ts'
import { Count, Host, Rate, Share } from './fields.ts'
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
  runs: Count.nullable(),
  cpuShare: Share.nullable().openapi({ description: 'Of one core, spent in the kernel’s programs.' }),
  observedShare: Share.nullable().optional().openapi({ description: 'Of a probe that listens now and then: its share of the time, lately.' }),
  ringFill: Share,
}).openapi('Probe')
export type ProbeAnswer = z.input<typeof ProbeSchema>

const hostParam = { host: z.string().optional().openapi({ description: 'Id of the host; default: all.' }) }

const probesOf = (hosts: Iterable<HostNow>): ProbeAnswer[] =>
  [...hosts].flatMap((host) => (host.report?.probes ?? []).map((probe) => ({ ...probe, hooks: [...probe.hooks], host: host.id })))

const reporting = (context: QueryContext, host: string | undefined) => [...context.living.hosts.values()].filter((one) => host === undefined || one.id === host)

export const probes = resource({
  name: 'probes',
  summary: 'Every probe, what it does and what it costs.',
  params: z.strictObject({ ...hostParam, ...pageParams }),
  answer: z.object({ probes: z.array(ProbeSchema), ...pageFields }).openapi('Probes'),
  run(context, params) {
    const { page, ...rest } = pageOf(probesOf(reporting(context, params.host)), (probe) => `${probe.name} ${probe.host}`, params)
    return Promise.resolve({ probes: page, ...rest })
  },
})

/**
 * Switches a probe on all hosts that have it, or on one, and keeps the switch for collectors to come. The answer waits
 * until the collector reports it so, at most 2.5 s.
 *
 * @throws NotFound if no host has the probe
 * @throws Conflict if none that has is connected
 */
export async function switchProbe(context: QueryContext, name: string, enabled: boolean, host: string | undefined): Promise<ProbeAnswer> {
  const having = reporting(context, host).filter((one) => one.report?.probes.some((probe) => probe.name === name))
  if (having.length === 0) throw new NotFound(`no probe has the name ${name.slice(0, 64)}`)
  for (const one of having) await context.people.setProbeSwitch(one.id, name, enabled)
  const told = having.filter((one) => context.control(one.id, name, enabled))
  if (told.length === 0) throw new Conflict('the collector is not connected; the switch is kept and set when it is')
  const probe = () => probesOf(told).filter((one) => one.name === name)
  const deadline = performance.now() + SETTLE_MS
  while (performance.now() < deadline && !reporting(context, host).filter((one) => told.some(({ id }) => id === one.id)).every((one) => one.report?.probes.find((p) => p.name === name)?.enabled === enabled)) await sleep(50)
  return { ...probe()[0]!, enabled }
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
