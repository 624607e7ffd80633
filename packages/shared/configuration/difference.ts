import type { Config } from './schema.ts'
import { ANY_NAME, formatPath, SETTINGS } from './settings.ts'

/** A setting that is another than before. */
export interface Change {
  readonly path: readonly string[]
  readonly reloads: boolean
  readonly to: unknown
}

/** What differs between two configurations, a setting each. */
export function changesBetween(before: Config, after: Config): Change[] {
  return SETTINGS.flatMap(({ path, reloads = false }) => {
    if (path.includes('[]') || formatPath(path) === 'probes') return [] // in the list as a whole; in each probe
    return pathsOf(path, before, after).flatMap((one) => {
      const to = valueAt(after, one)
      return isSame(valueAt(before, one), to) ? [] : [{ path: one, reloads, to }]
    })
  })
}

/** In a sentence: what applies, and what waits for a restart. */
export function describeChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'the configuration was read again: nothing changed'
  const named = (wanted: boolean) => changes.filter(({ reloads }) => reloads === wanted).map(({ path, to }) => `${path.join('.')}${isShort(to) ? ` = ${to}` : ''}`)
  const [applied, waiting] = [named(true), named(false)]
  const parts = [
    ...(applied.length > 0 ? [`applied: ${applied.join(', ')}`] : []),
    ...(waiting.length > 0 ? [`only after a restart: ${waiting.join(', ')}`] : []),
  ]
  return `the configuration was read again; ${parts.join('; ')}`
}

/** Lists are long, and headers may be secret. */
function isShort(value: unknown): value is boolean | number | string {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
}

export function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined), config)
}

/** The path itself, or one for each name that stands where any may. */
export function pathsOf(path: readonly string[], ...configs: readonly Config[]): (readonly string[])[] {
  const at = path.indexOf(ANY_NAME)
  if (at < 0) return [path]
  const names = new Set(configs.flatMap((config) => Object.keys((valueAt(config, path.slice(0, at)) ?? {}) as object)))
  return [...names].map((name) => path.with(at, name))
}

/** Values of a configuration are plain data in the schema's order of keys. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
