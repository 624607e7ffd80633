import type { ByteSource } from './byte-source.ts'

/** A segment that is loaded (PT_LOAD). */
export interface Segment {
  readonly offset: number
  readonly address: number
  readonly fileBytes: number
  readonly executable: boolean
}

export interface Section {
  readonly name: string
  readonly type: number
  readonly executable: boolean
  readonly offset: number
  readonly bytes: number
  /** Of a symbol table: the index of its strings. */
  readonly link: number
}

/** What an ELF file says of itself (System V ABI, 64-bit little endian). */
export interface Elf {
  readonly segments: readonly Segment[]
  readonly sections: readonly Section[]
  /** Hexadecimal; '' if it has none. */
  readonly buildId: string
  /** Name of its separate debug file; '' if it names none. */
  readonly debugLink: string
}

const SEGMENT_BYTES = 56
const SECTION_BYTES = 64
const MOST_ENTRY_BYTES = 256
const MOST_SEGMENTS = 4096
const MOST_SECTIONS = 65_536
const MOST_NOTE_BYTES = 64 * 1024
const PT_LOAD = 1
const PT_NOTE = 4
const EXECUTABLE_SEGMENT = 1
const EXECUTABLE_SECTION = 4
const SHN_XINDEX = 0xffff
const NT_GNU_BUILD_ID = 3

/** Reads the headers. What isn't such a file is a reason in words. */
export async function readElf(source: ByteSource): Promise<Elf | string> {
  const header = await source.read(0, 64)
  if (!header) return 'shorter than an ELF header'
  if (header.readUInt32BE(0) !== 0x7f454c46) return 'no ELF file'
  if (header[4] !== 2 || header[5] !== 1) return 'not 64-bit little endian'
  const segmentsAt = Number(header.readBigUInt64LE(32))
  const sectionsAt = Number(header.readBigUInt64LE(40))
  const [segmentBytes, segmentCount, sectionBytes, sectionCount, namesIndex] = [54, 56, 58, 60, 62].map((at) => header.readUInt16LE(at)) as [number, number, number, number, number]
  const segments = segmentCount === 0 ? [] : await readSegments(source, segmentsAt, segmentBytes, segmentCount)
  if (typeof segments === 'string') return segments
  const sections = sectionsAt === 0 ? [] : await readSections(source, sectionsAt, sectionBytes, sectionCount, namesIndex)
  if (typeof sections === 'string') return sections
  const notes = [...segments.filter(({ type }) => type === PT_NOTE), ...sections.filter(({ name }) => name === '.note.gnu.build-id').map(({ offset, bytes }) => ({ offset, fileBytes: bytes }))]
  return {
    segments: segments.filter(({ type }) => type === PT_LOAD),
    sections,
    buildId: await firstBuildId(source, notes),
    debugLink: await debugLinkIn(source, sections),
  }
}

/** The address at which a byte of the file is loaded; undefined if it isn't. Pages are shared at segments' ends: code goes first. */
export function addressOf({ segments }: Pick<Elf, 'segments'>, fileOffset: number): number | undefined {
  const holds = ({ offset, fileBytes }: Segment) => fileOffset >= offset - (offset % 4096) && fileOffset < Math.ceil((offset + fileBytes) / 4096) * 4096
  const segment = segments.find((one) => one.executable && holds(one)) ?? segments.find(holds)
  return segment && fileOffset - segment.offset + segment.address
}

async function readSegments(source: ByteSource, at: number, size: number, count: number): Promise<(Segment & { type: number })[] | string> {
  if (size < SEGMENT_BYTES || size > MOST_ENTRY_BYTES || count > MOST_SEGMENTS) return 'its segments are of no known form'
  const table = await source.read(at, size * count)
  if (!table) return 'ends within its segments'
  return Array.from({ length: count }, (_, i) => {
    const entry = table.subarray(i * size)
    return {
      type: entry.readUInt32LE(0), executable: (entry.readUInt32LE(4) & EXECUTABLE_SEGMENT) !== 0,
      offset: Number(entry.readBigUInt64LE(8)), address: Number(entry.readBigUInt64LE(16)), fileBytes: Number(entry.readBigUInt64LE(32)),
    }
  })
}

async function readSections(source: ByteSource, at: number, size: number, shortCount: number, shortNames: number): Promise<Section[] | string> {
  const first = size < SECTION_BYTES || size > MOST_ENTRY_BYTES ? undefined : await source.read(at, SECTION_BYTES)
  if (!first) return 'its sections are of no known form'
  // More than 65,279 sections: count and name index stand in the first one.
  const count = shortCount === 0 ? Number(first.readBigUInt64LE(32)) : shortCount
  const namesIndex = shortNames === SHN_XINDEX ? first.readUInt32LE(40) : shortNames
  if (count > MOST_SECTIONS) return 'more sections than are read'
  const bytes = await source.read(at, size * count)
  if (!bytes) return 'ends within its sections'
  const table = Buffer.from(bytes) // names are read from the same source
  const entries = Array.from({ length: count }, (_, i) => {
    const entry = table.subarray(i * size)
    return {
      nameAt: entry.readUInt32LE(0), type: entry.readUInt32LE(4), executable: (entry.readUInt32LE(8) & EXECUTABLE_SECTION) !== 0,
      offset: Number(entry.readBigUInt64LE(24)), bytes: Number(entry.readBigUInt64LE(32)), link: entry.readUInt32LE(40),
    }
  })
  const names = entries[namesIndex]
  const sections: Section[] = []
  for (const { nameAt, ...section } of entries) sections.push({ ...section, name: names ? await textAt(source, names, nameAt, 64) : '' })
  return sections
}

/** A string of a string table, cut at `most` bytes; '' if it isn't there. */
export async function textAt(source: ByteSource, strings: { readonly offset: number; readonly bytes: number }, at: number, most: number): Promise<string> {
  const bytes = await source.read(strings.offset + at, Math.max(0, Math.min(most, strings.bytes - at, source.size - strings.offset - at)))
  if (!bytes) return ''
  const end = bytes.indexOf(0)
  return bytes.latin1Slice(0, end < 0 ? bytes.length : end)
}

async function firstBuildId(source: ByteSource, notes: readonly { readonly offset: number; readonly fileBytes: number }[]): Promise<string> {
  for (const { offset, fileBytes } of notes) {
    const id = await buildIdIn(source, offset, fileBytes)
    if (id !== '') return id
  }
  return ''
}

async function buildIdIn(source: ByteSource, at: number, length: number): Promise<string> {
  const notes = length <= MOST_NOTE_BYTES ? await source.read(at, length) : undefined
  if (!notes) return ''
  for (let next = 0; next + 12 <= notes.length; ) {
    const nameBytes = notes.readUInt32LE(next)
    const bytes = notes.readUInt32LE(next + 4)
    const nameAt = next + 12
    const from = nameAt + ((nameBytes + 3) & ~3)
    if (from + bytes > notes.length || from < nameAt) return ''
    if (notes.readUInt32LE(next + 8) === NT_GNU_BUILD_ID && notes.latin1Slice(nameAt, nameAt + nameBytes) === 'GNU\0') return notes.toString('hex', from, from + bytes)
    next = from + ((bytes + 3) & ~3)
  }
  return ''
}

/** A name in a directory, never a path: it is a file's own claim. */
async function debugLinkIn(source: ByteSource, sections: readonly Section[]): Promise<string> {
  const section = sections.find(({ name }) => name === '.gnu_debuglink')
  const name = section ? await textAt(source, section, 0, 256) : ''
  return name.includes('/') || name === '.' || name === '..' ? '' : name
}
