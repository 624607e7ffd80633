import { addressText } from '../address.ts'

/** What an answer says of addresses. */
export interface Answer {
  /** What was asked for, in lower case. */
  readonly name: string
  readonly addresses: readonly ResolvedAddress[]
}

export interface ResolvedAddress {
  readonly address: string
  /** The least of the record's and of those of the aliases that led to it. */
  readonly ttlSeconds: number
}

const HEADER_BYTES = 12
/** RFC 1035 section 3.1: a name has at most 255 octets. */
const MAX_NAME_BYTES = 255
/** More records than any answer by UDP has. */
const MAX_RECORDS = 128
const TYPE = { a: 1, cname: 5, aaaa: 28 } as const
const CLASS_IN = 1
/** The octets of host names, and the underscore of service names. Whatever else a label may hold names nobody. */
const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

interface ResourceRecord {
  readonly owner: string
  readonly type: number
  readonly ttlSeconds: number
  /** Of an alias: what it stands for. Of an address: its text. */
  readonly value: string
}

/**
 * Reads the answer in [start, end) of `bytes`: RFC 1035. An answer that was cut short counts as far as it goes. Undefined
 * if it names no address; `malformed` if it isn't a DNS answer. Never throws, and never looks outside.
 */
export function parseAnswer(bytes: Buffer, start: number, end: number): Answer | 'malformed' | undefined {
  const reader = new MessageReader(bytes, start, end)
  if (end - start < HEADER_BYTES || bytes.readUInt16BE(start + 4) !== 1) return 'malformed' // one question: nobody asks more at once
  const count = Math.min(bytes.readUInt16BE(start + 6), MAX_RECORDS)
  reader.at = start + HEADER_BYTES
  const name = reader.name()
  if (name === undefined || !HOST_NAME.test(name) || !reader.skip(4)) return 'malformed'
  const records: ResourceRecord[] = []
  for (let i = 0; i < count && !reader.atEnd; i++) {
    const record = reader.record()
    if (record === 'malformed') return 'malformed'
    if (record === 'cut short') break
    if (record) records.push(record)
  }
  const addresses = addressesOf(name, records)
  return addresses.length > 0 ? { name, addresses } : undefined
}

/** Follows the aliases from `name` on, whatever their order: each is taken once, so a circle ends. */
function addressesOf(name: string, records: readonly ResourceRecord[]): ResolvedAddress[] {
  const known = new Map([[name, Infinity]])
  const aliases = new Set(records.filter(({ type }) => type === TYPE.cname))
  for (let found = true; found; ) {
    found = false
    for (const alias of aliases) {
      const ttl = known.get(alias.owner)
      if (ttl === undefined) continue
      aliases.delete(alias)
      if (!known.has(alias.value)) known.set(alias.value, Math.min(ttl, alias.ttlSeconds))
      found = true
    }
  }
  return records.filter(({ owner, type }) => type !== TYPE.cname && known.has(owner)).map(({ owner, value, ttlSeconds }) => ({ address: value, ttlSeconds: Math.min(ttlSeconds, known.get(owner)!) }))
}

/** Walks over a message; whoever wrote it is not to be believed. */
class MessageReader {
  at = 0
  private readonly bytes: Buffer
  private readonly start: number
  private readonly end: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  get atEnd(): boolean {
    return this.at >= this.end
  }

  skip(bytes: number): boolean {
    this.at += bytes
    return this.at <= this.end
  }

  /**
   * The name that begins here, in lower case (its case may be noise, against forgery). A pointer leads to an earlier place
   * than the last, so there is no circle. Undefined if it isn't a name.
   */
  name(): string | undefined {
    const labels: string[] = []
    let octets = 1
    let at = this.at
    let jumpedFrom: number | undefined
    let before = at
    for (;;) {
      if (at >= this.end) return undefined
      const length = this.bytes[at]!
      if (length === 0) break
      if (length >= 0xc0) {
        if (at + 2 > this.end) return undefined
        jumpedFrom ??= at + 2
        const target = this.start + (((length & 0x3f) << 8) | this.bytes[at + 1]!)
        if (target >= before || target < this.start + HEADER_BYTES) return undefined
        before = at = target
        continue
      }
      octets += length + 1
      if (length > 63 || octets > MAX_NAME_BYTES || at + 1 + length > this.end) return undefined
      labels.push(this.bytes.latin1Slice(at + 1, at + 1 + length).toLowerCase())
      at += length + 1
    }
    this.at = jumpedFrom ?? at + 1
    return labels.join('.')
  }

  /** The record that begins here; undefined if it is of no interest. */
  record(): ResourceRecord | 'malformed' | 'cut short' | undefined {
    const owner = this.name()
    if (owner === undefined) return 'malformed'
    const head = this.at
    if (head + 10 > this.end) return 'cut short'
    const type = this.bytes.readUInt16BE(head)
    const isInternet = this.bytes.readUInt16BE(head + 2) === CLASS_IN
    const ttl = this.bytes.readUInt32BE(head + 4)
    const ttlSeconds = ttl > 0x7fffffff ? 0 : ttl // RFC 2181 section 8
    const from = head + 10
    const to = from + this.bytes.readUInt16BE(head + 8)
    if (to > this.end) return 'cut short'
    this.at = from
    const value = isInternet ? this.value(type, from, to) : undefined
    this.at = to
    if (value === 'malformed' || value === undefined) return value
    return { owner, type, ttlSeconds, value }
  }

  private value(type: number, from: number, to: number): string | undefined {
    switch (type) {
      case TYPE.a: return to - from === 4 ? this.bytes.subarray(from, to).join('.') : 'malformed'
      case TYPE.aaaa: return to - from === 16 ? addressText(this.bytes, from) : 'malformed'
      case TYPE.cname: {
        const target = this.name()
        return target === undefined || this.at !== to ? 'malformed' : target
      }
      default: return undefined
    }
  }
}
