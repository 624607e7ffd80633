import { createHash } from 'node:crypto'
import { Kind } from './parse.ts'
import type { BtfMember, BtfType } from './parse.ts'
import type { Result } from './result.ts'
import { failed, got } from './result.ts'

export type FieldKind = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'bool' | 'text' | 'bytes' | 'struct'

export interface Field {
  readonly name: string
  readonly kind: FieldKind
  /** Bytes from the start of its struct. */
  readonly offset: number
  readonly bytes: number
  /** Of kind `struct`. */
  readonly struct: StructLayout | undefined
}

export interface StructLayout {
  readonly name: string
  readonly bytes: number
  /** Without padding (`pad…`). */
  readonly fields: readonly Field[]
}

export interface RecordLayout extends StructLayout {
  readonly typeId: number
  /** The fewest bytes one can have: it may end anywhere in its last member if that is a byte array. */
  readonly leastBytes: number
  /** Changes if a field's name, place or kind does. */
  readonly fingerprint: string
}

const HEADER = 'record_header'
const DEEPEST_NESTING = 8
const LONGEST_TYPEDEF_CHAIN = 32
const MOST_FIELDS = 512
const LARGEST_RECORD_BYTES = 32 * 1024
/** Members of every reader. */
const TAKEN = /^(view|bytes|offset|at)$/
const TRANSPARENT: readonly number[] = [Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG]
const INTEGERS: Readonly<Record<number, readonly [FieldKind, FieldKind]>> = { 1: ['u8', 'i8'], 2: ['u16', 'i16'], 4: ['u32', 'i32'], 8: ['u64', 'i64'] }

/** The layouts of all records in an object's types: structs whose first member is `struct record_header`. */
export function recordLayouts(types: readonly BtfType[]): Result<readonly RecordLayout[]> {
  const records: RecordLayout[] = []
  for (const type of types) {
    const first = type.kind === Kind.STRUCT ? type.members[0] : undefined
    if (!first || resolve(types, first.type)?.name !== HEADER) continue
    const layout = structLayout(types, type, type.name, 0)
    if (!layout.ok) return layout
    if (layout.value.bytes > LARGEST_RECORD_BYTES) return failed(`${type.name}: ${layout.value.bytes} bytes are more than a record may have`)
    const { name, bytes, fields } = layout.value
    const last = fields.at(-1)!
    const leastBytes = last.kind === 'bytes' ? last.offset : bytes
    records.push({ name, bytes, fields, leastBytes, typeId: type.id, fingerprint: fingerprint(layout.value) })
  }
  return got(records)
}

/** The type behind typedefs and qualifiers; undefined if they lead nowhere. */
function resolve(types: readonly BtfType[], id: number): BtfType | undefined {
  let type = types[id]
  for (let step = 0; type && TRANSPARENT.includes(type.kind); step++) {
    if (step === LONGEST_TYPEDEF_CHAIN) return undefined
    type = types[type.sizeOrType]
  }
  return type
}

function structLayout(types: readonly BtfType[], type: BtfType, path: string, depth: number): Result<StructLayout> {
  if (depth > DEEPEST_NESTING) return failed(`${path}: structs nest too deep`)
  if (type.members.length > MOST_FIELDS) return failed(`${path}: more than ${MOST_FIELDS} members`)
  const fields: Field[] = []
  for (const member of type.members) {
    if (/^_*pad/.test(member.name)) continue
    const field = fieldOf(types, member, `${path}.${member.name}`, depth)
    if (!field.ok) return field
    if (field.value.offset + field.value.bytes > type.sizeOrType) return failed(`${path}.${member.name}: reaches beyond its struct`)
    fields.push(field.value)
  }
  return got({ name: type.name, bytes: type.sizeOrType, fields })
}

function fieldOf(types: readonly BtfType[], member: BtfMember, path: string, depth: number): Result<Field> {
  if (member.bits > 0 || member.bitOffset % 8 !== 0) return failed(`${path}: bit-fields cannot be in a record`)
  if (!/^[a-z_][a-z0-9_]*$/i.test(member.name)) return failed(`${path}: a member without a proper name cannot be in a record`)
  if (TAKEN.test(member.name)) return failed(`${path}: readers have a member of that name already`)
  const type = resolve(types, member.type)
  if (!type) return failed(`${path}: its type is missing`)
  const offset = member.bitOffset / 8
  switch (type.kind) {
    case Kind.INT:
    case Kind.ENUM:
    case Kind.ENUM64: {
      const kinds = INTEGERS[type.sizeOrType]
      if (!kinds) return failed(`${path}: integers of ${type.sizeOrType} bytes cannot be in a record`)
      const kind = type.bool ? 'bool' : kinds[type.signed ? 1 : 0]
      return got({ name: member.name, kind, offset, bytes: type.sizeOrType, struct: undefined })
    }
    case Kind.STRUCT: {
      if (!type.name) return failed(`${path}: a struct without a name cannot be in a record`)
      const struct = structLayout(types, type, path, depth + 1)
      return struct.ok ? got({ name: member.name, kind: 'struct', offset, bytes: type.sizeOrType, struct: struct.value }) : struct
    }
    case Kind.ARRAY: {
      const element = resolve(types, type.element)
      if (element?.kind !== Kind.INT || element.sizeOrType !== 1) return failed(`${path}: only arrays of bytes can be in a record`)
      return got({ name: member.name, kind: element.name === 'char' ? 'text' : 'bytes', offset, bytes: type.length, struct: undefined })
    }
    case Kind.PTR: return failed(`${path}: pointers cannot be in a record`)
    case Kind.UNION: return failed(`${path}: unions cannot be in a record`)
    default: return failed(`${path}: BTF kind ${type.kind} cannot be in a record`)
  }
}

function describe(layout: StructLayout): string {
  const fields = layout.fields.map((field) => `${field.name}@${field.offset}:${field.struct ? describe(field.struct) : `${field.kind}[${field.bytes}]`}`)
  return `${layout.name}{${fields.join(',')}}${layout.bytes}`
}

function fingerprint(layout: StructLayout): string {
  return createHash('sha256').update(describe(layout)).digest('hex').slice(0, 16)
}
