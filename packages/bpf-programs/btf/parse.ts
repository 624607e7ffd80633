import { cString } from './elf.ts'
import type { Result } from './result.ts'
import { failed, got } from './result.ts'

/** Kinds of BTF types, by the numbers of include/uapi/linux/btf.h. */
export const Kind = {
  VOID: 0, INT: 1, PTR: 2, ARRAY: 3, STRUCT: 4, UNION: 5, ENUM: 6, FWD: 7, TYPEDEF: 8, VOLATILE: 9, CONST: 10, RESTRICT: 11,
  FUNC: 12, FUNC_PROTO: 13, VAR: 14, DATASEC: 15, FLOAT: 16, DECL_TAG: 17, TYPE_TAG: 18, ENUM64: 19,
} as const

export interface BtfMember {
  readonly name: string
  readonly type: number
  readonly bitOffset: number
  /** Above 0 for a bit-field. */
  readonly bits: number
}

export interface BtfType {
  readonly id: number
  readonly kind: number
  readonly name: string
  /** Bytes of an INT, STRUCT, UNION, ENUM; the id of what it stands for in the others. */
  readonly sizeOrType: number
  /** Of an INT and ENUM. */
  readonly signed: boolean
  readonly bool: boolean
  /** Of an ARRAY. */
  readonly element: number
  readonly length: number
  /** Of a STRUCT and UNION. */
  readonly members: readonly BtfMember[]
  /** Of an ENUM: its enumerators. */
  readonly enumerators: readonly BtfEnumerator[]
}

export interface BtfEnumerator {
  readonly name: string
  readonly value: number
}

const MAGIC = 0xeb9f
const LEAST_HEADER_BYTES = 24
const TYPE_BYTES = 12
const INT_SIGNED = 1
const INT_BOOL = 4

/** Bytes that follow a type's own 12, for kinds where that depends only on vlen. */
function trailingBytes(kind: number, vlen: number): number | undefined {
  switch (kind) {
    case Kind.INT: case Kind.VAR: case Kind.DECL_TAG: return 4
    case Kind.ARRAY: return 12
    case Kind.STRUCT: case Kind.UNION: case Kind.DATASEC: case Kind.ENUM64: return vlen * 12
    case Kind.ENUM: case Kind.FUNC_PROTO: return vlen * 8
    case Kind.PTR: case Kind.FWD: case Kind.TYPEDEF: case Kind.VOLATILE: case Kind.CONST: case Kind.RESTRICT: case Kind.FUNC:
    case Kind.FLOAT: case Kind.TYPE_TAG: return 0
    default: return undefined
  }
}

/** Parses a `.BTF` section (Documentation/bpf/btf.rst); the id of a type is its index. Nothing in it is trusted. */
export function parseBtf(section: Uint8Array): Result<readonly BtfType[]> {
  const bytes = Buffer.from(section.buffer, section.byteOffset, section.byteLength)
  if (bytes.length < LEAST_HEADER_BYTES) return failed('BTF: shorter than its header')
  if (bytes.readUInt16LE(0) !== MAGIC) return failed('BTF: wrong magic, or not little-endian')
  const headerBytes = bytes.readUInt32LE(4)
  const typesAt = headerBytes + bytes.readUInt32LE(8)
  const typesEnd = typesAt + bytes.readUInt32LE(12)
  const stringsAt = headerBytes + bytes.readUInt32LE(16)
  const stringsEnd = stringsAt + bytes.readUInt32LE(20)
  if (headerBytes < LEAST_HEADER_BYTES || typesEnd > bytes.length || stringsEnd > bytes.length) {
    return failed('BTF: types or strings do not lie within the section')
  }
  const strings = bytes.subarray(stringsAt, stringsEnd)
  const types: BtfType[] = [{ id: 0, kind: Kind.VOID, name: 'void', sizeOrType: 0, signed: false, bool: false, element: 0, length: 0, members: [], enumerators: [] }]
  for (let at = typesAt; at < typesEnd; ) {
    if (at + TYPE_BYTES > typesEnd) return failed(`BTF: type ${types.length} is cut off`)
    const info = bytes.readUInt32LE(at + 4)
    const trailing = trailingBytes((info >>> 24) & 0x1f, info & 0xffff)
    if (trailing === undefined) return failed(`BTF: type ${types.length} has the unknown kind ${(info >>> 24) & 0x1f}`)
    if (at + TYPE_BYTES + trailing > typesEnd) return failed(`BTF: type ${types.length} is cut off`)
    types.push(parseType(bytes, at, strings, types.length))
    at += TYPE_BYTES + trailing
  }
  return got(types)
}

function parseType(bytes: Buffer, at: number, strings: Buffer, id: number): BtfType {
  const info = bytes.readUInt32LE(at + 4)
  const kind = (info >>> 24) & 0x1f
  const flag = info >>> 31 === 1
  const after = at + TYPE_BYTES
  const encoding = kind === Kind.INT ? (bytes.readUInt32LE(after) >>> 24) & 0xf : 0
  return {
    id,
    kind,
    name: cString(strings, bytes.readUInt32LE(at)),
    sizeOrType: bytes.readUInt32LE(at + 8),
    signed: kind === Kind.ENUM || kind === Kind.ENUM64 ? flag : (encoding & INT_SIGNED) !== 0,
    bool: (encoding & INT_BOOL) !== 0,
    element: kind === Kind.ARRAY ? bytes.readUInt32LE(after) : 0,
    length: kind === Kind.ARRAY ? bytes.readUInt32LE(after + 8) : 0,
    members: kind === Kind.STRUCT || kind === Kind.UNION ? parseMembers(bytes, after, info & 0xffff, flag, strings) : [],
    enumerators: kind === Kind.ENUM ? parseEnumerators(bytes, after, info & 0xffff, strings) : [],
  }
}

function parseEnumerators(bytes: Buffer, from: number, count: number, strings: Buffer): BtfEnumerator[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * 8
    return { name: cString(strings, bytes.readUInt32LE(at)), value: bytes.readInt32LE(at + 4) }
  })
}

function parseMembers(bytes: Buffer, from: number, count: number, withBits: boolean, strings: Buffer): BtfMember[] {
  const members: BtfMember[] = []
  for (let index = 0; index < count; index++) {
    const at = from + index * 12
    const offset = bytes.readUInt32LE(at + 8)
    members.push({
      name: cString(strings, bytes.readUInt32LE(at)),
      type: bytes.readUInt32LE(at + 4),
      bitOffset: withBits ? offset & 0xffffff : offset,
      bits: withBits ? offset >>> 24 : 0,
    })
  }
  return members
}
