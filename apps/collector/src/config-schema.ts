import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

const MEBIBYTE = 1 << 20

/** Written as a number, or with a unit: `64MiB`. */
const bytes = z.union([z.number(), z.string()]).transform((value, context) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(|KiB|MiB|GiB)$/.exec(String(value)) ?? []
  if (digits === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a number of bytes, such as 67108864 or 64MiB' })
    return z.NEVER
  }
  return Math.round(Number(digits) * { '': 1, KiB: 1024, MiB: MEBIBYTE, GiB: 1024 * MEBIBYTE }[unit as '' | 'KiB' | 'MiB' | 'GiB'])
})

/** YAML gives true and false; variables give words. */
const toggle = z.union([z.boolean(), z.enum(['on', 'off', 'true', 'false', '1', '0'])]).transform((value) => value === true || value === 'on' || value === 'true' || value === '1')

const regularExpression = z.string().refine(isRegularExpression, 'is not a regular expression')

const service = z
  .strictObject({
    name: z.string().min(1).max(255),
    commandLine: regularExpression.optional(),
    cgroup: regularExpression.optional(),
    unit: z.string().min(1).optional(),
    port: z.int().min(1).max(65535).optional(),
  })
  .refine((rule) => rule.commandLine !== undefined || rule.cgroup !== undefined || rule.unit !== undefined || rule.port !== undefined, {
    message: 'needs a condition: commandLine, cgroup, unit or port',
  })

const probe = z.strictObject({
  enabled: toggle.optional(),
  ringBytes: bytes.refine((size) => size >= 65536 && size <= 256 * MEBIBYTE && Number.isInteger(Math.log2(size)), 'must be a power of two from 64KiB to 256MiB').optional(),
})

const replay = z.strictObject({
  file: z.string().min(1),
  loop: toggle.default(false),
  speed: z.coerce.number().positive().default(1),
})

/** Every setting there is. The probes' own names are checked where probes are known (main.ts). */
export const schema = z.strictObject({
  dataDir: z.string().min(1).default('/var/lib/sonde'),
  hub: z.strictObject({ url: z.string().min(1).optional(), enabled: toggle.default(true), memoryBytes: bytes.optional(), spoolBytes: bytes.optional() }).prefault({}),
  services: z.array(service).max(1000).default([]),
  peers: z.record(z.string().refine((place) => parsePlace(place) !== undefined, 'is no address, such as 10.0.0.7, 10.0.0.7:5432, 10.0.0.0/8 or [2001:db8::1]:443'), z.string().min(1).max(255)).default({}),
  probes: z.record(z.string(), probe).default({}),
  exporters: z
    .strictObject({
      otlp: z
        .strictObject({
          enabled: toggle.default(true),
          endpoint: z.string().min(1).optional(),
          protocol: z.enum(['http/protobuf', 'grpc']).optional(),
          headers: z.record(z.string(), z.string()).optional(),
          metricsIntervalMs: z.int().min(100).optional(),
          queueRows: z.int().min(100).optional(),
        })
        .prefault({}),
      recording: z.strictObject({ file: z.string().min(1), maxBytes: bytes.optional() }).optional(),
    })
    .prefault({}),
  memory: z.strictObject({ ceilingBytes: bytes.default(200 * MEBIBYTE) }).prefault({}),
  statistics: toggle.default(true),
  replay: replay.optional(),
})

export type Config = z.infer<typeof schema>
export type ReplayConfig = z.infer<typeof replay>

/** Where peers of a name are: an address or a network, and perhaps a port. */
export interface Place {
  readonly address: string
  readonly prefix: number
  /** 0: any. */
  readonly port: number
}

/** `10.0.0.7`, `10.0.0.7:5432`, `10.0.0.0/8`, `10.0.0.0/8:5432`, `::1`, `[::1]:80`, `[2001:db8::/32]:443`. Undefined if it is none of these. */
export function parsePlace(text: string): Place | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text)
  const plain = bracketed ?? (text.split(':').length > 2 ? [text, text, undefined] : /^([^:]+)(?::(\d{1,5}))?$/.exec(text))
  if (!plain) return undefined
  const [address = '', length] = (plain[1] ?? '').split('/')
  const family = isIP(address)
  const prefix = length === undefined ? (family === 6 ? 128 : 32) : Number(length)
  const port = Number(plain[2] ?? 0)
  if (family === 0 || !/^\d{0,3}$/.test(length ?? '') || prefix > (family === 6 ? 128 : 32) || port > 65535) return undefined
  return { address, prefix, port }
}

/** Whether an address lies in a place's network. */
export function networkOf({ address, prefix }: Place): (address: string) => boolean {
  const network = new BlockList()
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  network.addSubnet(address, prefix, family)
  return (other) => isIP(other) !== 0 && network.check(other, isIP(other) === 6 ? 'ipv6' : 'ipv4')
}

function isRegularExpression(text: string): boolean {
  try {
    RegExp(text).exec('')
    return true
  } catch {
    return false
  }
}
