import type { Result } from './result.ts'
import { failed, got } from './result.ts'

const ELF64_HEADER_BYTES = 64
const ELF64_SECTION_BYTES = 64
/** sh_type of a section that takes no room in the file. */
const SHT_NOBITS = 8
const SHF_EXECINSTR = 4

export interface ElfSection {
  readonly name: string
  /** `sh_type`. */
  readonly type: number
  /** Holds instructions. */
  readonly executable: boolean
  readonly bytes: Buffer
}

/** A NUL-ended name at `at`; '' if it runs out of the table. */
export function cString(table: Buffer, at: number): string {
  if (at >= table.length) return ''
  const end = table.indexOf(0, at)
  return end < 0 ? '' : table.toString('latin1', at, end)
}

/** The sections of a little-endian ELF64 file (elf(5)) that have bytes in it. Each is checked to lie within the file. */
export function elfSections(elf: Uint8Array): Result<ElfSection[]> {
  const bytes = Buffer.from(elf.buffer, elf.byteOffset, elf.byteLength)
  if (bytes.length < ELF64_HEADER_BYTES) return failed('no ELF file: shorter than its header')
  if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return failed('no little-endian ELF64 file')
  const table = Number(bytes.readBigUInt64LE(0x28))
  const entrySize = bytes.readUInt16LE(0x3a)
  const count = bytes.readUInt16LE(0x3c)
  const namesIndex = bytes.readUInt16LE(0x3e)
  if (entrySize !== ELF64_SECTION_BYTES || table + count * entrySize > bytes.length || namesIndex >= count) {
    return failed('ELF: the section headers do not lie within the file')
  }
  const content = (index: number): Buffer | undefined => {
    const header = table + index * entrySize
    if (bytes.readUInt32LE(header + 4) === SHT_NOBITS) return Buffer.alloc(0)
    const offset = Number(bytes.readBigUInt64LE(header + 0x18))
    const size = Number(bytes.readBigUInt64LE(header + 0x20))
    return offset + size > bytes.length ? undefined : bytes.subarray(offset, offset + size)
  }
  const names = content(namesIndex)
  if (!names) return failed('ELF: the section names do not lie within the file')
  const sections: ElfSection[] = []
  for (let index = 1; index < count; index++) {
    const section = content(index)
    const header = table + index * entrySize
    const name = cString(names, bytes.readUInt32LE(header))
    if (!section) return failed(`ELF: section ${name} does not lie within the file`)
    sections.push({ name, type: bytes.readUInt32LE(header + 4), executable: (bytes.readUInt32LE(header + 8) & SHF_EXECINSTR) !== 0, bytes: section })
  }
  return got(sections)
}

export function elfSection(elf: Uint8Array, name: string): Result<Buffer> {
  const sections = elfSections(elf)
  if (!sections.ok) return sections
  const section = sections.value.find((one) => one.name === name)
  return section ? got(section.bytes) : failed(`ELF: no section ${name}`)
}
