import { z } from 'zod'

const MEBIBYTE = 1 << 20

/** What is said of one setting: from it come its variable, its flag, the help and the reference. */
export interface About {
  readonly says: string
  /** What it takes, for people. */
  readonly takes: string
  /** Its environment variable; without one it is set in the file or by a flag. */
  readonly variable?: string
  readonly flag?: Flag
  /** Whether SIGHUP applies it; else a restart does. */
  readonly reloads?: boolean
}

/** `--name VALUE`, or a flag that stands alone and sets what it says. */
export type Flag = { readonly name: string; readonly value: string } | { readonly name: string; readonly sets: boolean }

const registry = z.registry<About>()

/** A value of the configuration with what is said of it. */
export function setting<T extends z.ZodType>(type: T, about: About): T {
  registry.add(type, about)
  return type
}

export function aboutOf(type: z.core.$ZodType): About | undefined {
  return registry.get(type as z.ZodType)
}

/** Written as a number, or with a unit: `64MiB`. */
export const bytes = z.union([z.number(), z.string()], { error: 'must be a number of bytes, such as 67108864 or 64MiB' }).transform((value, context) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(|KiB|MiB|GiB)$/.exec(String(value)) ?? []
  if (digits === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a number of bytes, such as 67108864 or 64MiB' })
    return z.NEVER
  }
  return Math.round(Number(digits) * { '': 1, KiB: 1024, MiB: MEBIBYTE, GiB: 1024 * MEBIBYTE }[unit as '' | 'KiB' | 'MiB' | 'GiB'])
})

/** Bytes within limits. */
export function bytesWithin(least: number, most: number) {
  return bytes.refine((size) => size >= least && size <= most, `must be from ${least} to ${most} bytes`)
}

/** A number within limits, also as text: variables and flags give text. */
export function number({ least, most, whole }: { readonly least: number; readonly most: number; readonly whole: boolean }) {
  const message = `must be a ${whole ? 'whole ' : ''}number from ${Math.round(least * 1000) / 1000} to ${most}`
  return z.union([z.number(), z.string()], { error: message }).transform((value, context) => {
    const read = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
    if (Number.isFinite(read) && read >= least && read <= most && (!whole || Number.isInteger(read))) return read
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

/** YAML gives true and false; variables give words. */
export const toggle = z
  .union([z.boolean(), z.enum(['on', 'off', 'true', 'false', '1', '0'])], { error: 'must be on or off' })
  .transform((value) => value === true || value === 'on' || value === 'true' || value === '1')

export const text = z.string({ error: 'must be text' }).min(1, 'must not be empty')
