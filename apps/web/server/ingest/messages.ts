import { z } from 'zod'
import type { CollectorMessage } from '@sonde/shared/wire'

const Word = z.string().min(1).max(256)
const Text = z.string().max(4096)
const Count = z.number().min(0)

const ProbeHealth = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), sees: Text, hooks: z.array(Text).max(256), losesWhenOff: Text, enabled: z.boolean(),
  state: z.enum(['attached', 'off', 'refused', 'partial']), reason: Text, records: Count, recordsPerSecond: Count, lost: Count,
  nsPerRun: Count.nullable(), runs: Count.nullable(), cpuShare: Count.nullable(), observedShare: Count.nullable().optional(), ringFill: Count,
})

const ExporterHealth = z.object({
  name: Word, state: z.enum(['connected', 'connecting', 'spooling', 'failing', 'off']), sent: Count, dropped: Count, queued: Count, lastError: Text.nullable(),
})

const HealthReport = z.object({
  host: z.object({ id: Word, name: Word, kernel: Text, btf: z.boolean(), cpus: Count, memoryBytes: Count }),
  version: Word,
  startedAt: z.string().regex(/^\d{1,20}$/),
  time: z.string().regex(/^\d{1,20}$/),
  probes: z.array(ProbeHealth).max(256),
  exporters: z.array(ExporterHealth).max(64),
  problems: z.array(z.object({ what: Text, detail: Text, fix: Text })).max(64),
  cost: z.object({ cpuCores: Count, memoryBytes: Count, memoryCeilingBytes: Count, addedNsPerRequest: Count.nullable() }),
  costWindows: z.object({ forNs: Count, everyNs: Count, isOpen: z.boolean(), lastAt: z.string().regex(/^\d{1,20}$/).nullable(), nextAt: z.string().regex(/^\d{1,20}$/) }).nullable().optional(),
  bounds: z.record(z.string().max(256), z.tuple([z.number(), z.number()])),
  clock: z.object({ stepNs: z.number(), driftNs: z.number() }),
})

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), stream: z.string().regex(/^[\w.:-]{1,128}$/), host: z.object({ id: Word, name: Word, kernel: Text }), version: Word }),
  z.object({ type: z.literal('health'), report: HealthReport }),
])

/** A collector's text message, or why it isn't one. Fields this version doesn't know are left out. */
export function parseCollectorMessage(text: string): CollectorMessage | { readonly error: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { error: 'a message that is not JSON' }
  }
  const parsed = Message.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  return { error: `a message whose ${issue.path.join('.') || 'type'} is wrong: ${issue.message}`.slice(0, 200) }
}
