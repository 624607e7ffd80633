import { pathsOf, valueAt } from './difference.ts'
import { formatOrigin, originAt } from './origin.ts'
import type { Configuration } from './read.ts'
import { SETTINGS } from './settings.ts'

/** A setting as it came out. */
export interface PrintedSetting {
  readonly path: string
  readonly value: unknown
  /** `default`, `FILE:LINE`, a variable or a flag. */
  readonly from: string
}

const COLUMN_LIMIT = 48

/** Every setting that has a value, with where it comes from. */
export function printedSettings({ config, origins }: Configuration): PrintedSetting[] {
  const printed = (path: readonly string[], value: unknown) => ({ path: path.join('.'), value, from: formatOrigin(originAt(origins, path)) })
  return SETTINGS.flatMap(({ path }) => (path.includes('[]') ? [] : pathsOf(path, config))).flatMap((path) => {
    const value = valueAt(config, path)
    if (value === undefined || (path.length === 1 && path[0] === 'probes')) return []
    // Peers and headers: each has a place of its own.
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
    return entries.length > 0 ? entries.map(([name, one]) => printed([...path, name], one)) : [printed(path, value)]
  })
}

/** The same as lines of a table. */
export function settingLines(settings: readonly PrintedSetting[]): string[] {
  const rows = settings.map(({ path, value, from }) => [path, typeof value === 'string' ? value : JSON.stringify(value), from] as const)
  const width = (column: 0 | 1) => Math.min(COLUMN_LIMIT, Math.max(...rows.map((row) => row[column].length)))
  return rows.map(([path, value, from]) => `${path.padEnd(width(0))}  ${value.padEnd(width(1))}  ${from}`)
}
