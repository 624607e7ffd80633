import { elfSection } from './elf.ts'
import { Kind, parseBtf } from './parse.ts'
import { recordLayouts } from './records.ts'
import type { RecordLayout } from './records.ts'
import type { Result } from './result.ts'
import { failed, got } from './result.ts'

export { breaksReadOnly } from './read-only.ts'
export type { Result } from './result.ts'
export type { RecordLayout } from './records.ts'

/** The layouts of an object's records. An object that isn't one, or whose BTF is broken, is an error in words. */
export function recordsOfObject(elf: Uint8Array): Result<readonly RecordLayout[]> {
  const section = elfSection(elf, '.BTF')
  if (!section.ok) return section
  const types = parseBtf(section.value)
  return types.ok ? recordLayouts(types.value) : types
}

export interface RecordType {
  readonly name: string
  readonly fingerprint: string
  /** Bytes of the struct, and the fewest that one may have. */
  readonly bytes: number
  readonly leastBytes: number
}

/**
 * What the `type_id`s in this object's records mean. The loader compares the fingerprints with the reader's `layouts`
 * before it attaches, and refuses records shorter than `leastBytes`.
 */
export function recordTypes(elf: Uint8Array): Result<ReadonlyMap<number, RecordType>> {
  const records = recordsOfObject(elf)
  if (!records.ok) return records
  return got(new Map(records.value.map(({ typeId, name, fingerprint, bytes, leastBytes }) => [typeId, { name, fingerprint, bytes, leastBytes }])))
}

/** The enumerators of `enum loss` (include/record.h) by value: what the indices of an object's map `losses` mean. */
export function lossNames(elf: Uint8Array): Result<readonly string[]> {
  const section = elfSection(elf, '.BTF')
  if (!section.ok) return section
  const types = parseBtf(section.value)
  if (!types.ok) return types
  const loss = types.value.find((type) => type.kind === Kind.ENUM && type.name === 'loss')
  if (!loss) return failed('BTF: no enum loss')
  return got(loss.enumerators.filter(({ name }) => name.startsWith('LOST_')).sort((a, b) => a.value - b.value).map(({ name }) => name))
}
