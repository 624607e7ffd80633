import { z } from 'zod'
import { schema } from './schema.ts'
import { aboutOf, type About } from './setting.ts'

/** A setting and where it is: `probes.<name>.enabled`, `services[].port`. */
export interface Setting extends About {
  readonly path: readonly string[]
}

/** Stands in a path for a name that people choose. */
export const ANY_NAME = '<name>'
const ELEMENT = '[]'

/** Every setting, in the schema's order. */
export const SETTINGS: readonly Setting[] = [...settingsOf(schema, [])]

/** The names that may stand at a path of the configuration. */
export function namesAt(path: readonly string[]): string[] {
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

/** The setting that a value at this path belongs to; the path may go on within it. */
export function settingAt(path: readonly string[]): Setting | undefined {
  const fits = ({ path: known }: Setting) => known.length <= path.length && known.every((key, at) => key === ANY_NAME || key === path[at])
  return SETTINGS.filter(fits).sort((a, b) => b.path.length - a.path.length)[0]
}

/** A path as people read it. */
export function formatPath(path: readonly string[]): string {
  return path.join('.').replaceAll('.[]', '[]')
}

function* settingsOf(type: z.core.$ZodType, path: readonly string[]): Generator<Setting> {
  const about = aboutOf(type)
  if (about) yield { path, ...about }
  const inner = unwrap(type)
  if (inner instanceof z.ZodObject) for (const [key, value] of Object.entries(inner.shape)) yield* settingsOf(value as z.core.$ZodType, [...path, key])
  else if (inner instanceof z.ZodArray) yield* settingsOf(inner.element, [...path, ELEMENT])
  else if (inner instanceof z.ZodRecord) yield* settingsOf(inner.valueType, [...path, ANY_NAME])
}

function unwrap(type: z.core.$ZodType): z.core.$ZodType {
  let at = type
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) at = at.unwrap()
  return at
}
