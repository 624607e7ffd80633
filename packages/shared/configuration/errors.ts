import type { z } from 'zod'
import { formatOrigin, originAt, originKey, type Origins } from './origin.ts'
import { formatPath, namesAt, SETTINGS } from './settings.ts'

/** One thing that isn't understood: what is wrong, in a sentence, and what to do. */
export interface Mistake {
  readonly what: string
  readonly fix: string
}

/** A configuration that isn't understood: the first mistake, and all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly fix: string
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly [Mistake, ...Mistake[]]) {
    super(mistakes[0].what)
    this.fix = mistakes[0].fix
    this.mistakes = mistakes
  }
}

/** Throws a `ConfigError` of one mistake. */
export function refuse(what: string, fix: string): never {
  throw new ConfigError([{ what, fix }])
}

/** What zod found wrong, in our words and with the places it comes from. */
export function explain(error: z.ZodError, origins: Origins): ConfigError {
  const mistakes = error.issues.flatMap((issue) => mistakesOf(issue, origins))
  return new ConfigError(mistakes as [Mistake, ...Mistake[]])
}

function mistakesOf(issue: z.core.$ZodIssue, origins: Origins): Mistake[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknown([...path, key], namesAt(path), origins, 'setting'))
  const from = prefix(path, origins)
  if (issue.code === 'invalid_key') return [{ what: `${from}${path.join('.')}: ${issue.issues[0]?.message ?? issue.message}`, fix: 'correct the configuration' }]
  const fix = issue.code === 'custom' && typeof issue.params?.fix === 'string' ? issue.params.fix : 'correct the configuration; docs/reference/configuration.md names the settings'
  return [{ what: `${from}${path.join('.') || 'the configuration'}: ${issue.message.replace(/^Invalid input: /, '')}`, fix }]
}

/** A name that nobody knows, and the nearest that somebody does. */
export function unknown(path: readonly string[], known: readonly string[], origins: Origins, what: string): Mistake {
  const parents = path.slice(0, -1)
  const near = nearestName(path.at(-1)!, known)
  const meant = near ? [...parents, near].join('.') : elsewhere(path.at(-1)!)
  return {
    what: `${prefix(path, origins)}${path.join('.')}: there is no such ${what}`,
    fix: meant ? `did you mean ${meant}?` : `known here: ${known.join(', ')}`,
  }
}

/** Where something of this very name is; undefined if there is none. */
function elsewhere(name: string): string | undefined {
  const path = SETTINGS.find((setting) => setting.path.includes(name))?.path
  return path && formatPath(path.slice(0, path.indexOf(name) + 1))
}

/** Where it comes from, unless that says the same again. A section has no line of its own: it is where the first thing in it is. */
function prefix(path: readonly string[], origins: Origins): string {
  const own = originAt(origins, path)
  const origin = own.kind === 'default' ? ([...origins].find(([key]) => key.startsWith(`${originKey(path)}\0`))?.[1] ?? own) : own
  return origin.kind === 'default' ? '' : `${formatOrigin(origin)}: `
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
