import { z } from 'zod'
import { schema } from './config-schema.ts'

/** A configuration that isn't understood: what is wrong, in a sentence, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

/** The first thing that zod found wrong, in our words. */
export function explain(error: z.ZodError): ConfigError {
  const issue = error.issues[0]!
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const nearest = nearestName(key, keysAt(path))
    return new ConfigError(`${[...path, key].join('.')}: there is no such setting`, nearest ? `did you mean ${[...path, nearest].join('.')}?` : `known here: ${keysAt(path).join(', ')}`)
  }
  if (issue.code === 'invalid_key') {
    return new ConfigError(`${path.join('.')}: ${issue.issues[0]?.message ?? issue.message}`, 'correct the configuration')
  }
  return new ConfigError(`${path.join('.') || 'the configuration'}: ${issue.message}`, 'correct the configuration; --help names the settings')
}

/** The name that is at most a third wrong; undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) })).sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= Math.max(1, Math.floor(Math.max(name.length, nearest.one.length) / 3)) ? nearest.one : undefined
}

/** Levenshtein's, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

/** Names of the settings at a path of the schema. */
function keysAt(path: readonly string[]): string[] {
  let at: z.core.$ZodType = schema
  for (const key of path) {
    const inner = unwrap(at)
    if (inner instanceof z.ZodObject) at = inner.shape[key] ?? z.never()
    else if (inner instanceof z.ZodArray) at = inner.element
    else if (inner instanceof z.ZodRecord) at = inner.valueType
    else return []
  }
  const inner = unwrap(at)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrap(type: z.core.$ZodType): z.core.$ZodType {
  let at = type
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) at = at.unwrap()
  return at
}
