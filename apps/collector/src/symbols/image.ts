import type { FrameKind, NameSource, StackFrame } from '@sonde/shared/signal'
import { demangle } from './demangle/index.ts'
import { openDebugFile } from './debug-file.ts'
import { BufferSource, FileSource, type ByteSource } from './elf/byte-source.ts'
import { addressOf, readElf, type Elf } from './elf/elf.ts'
import { FUNCTION_BYTES, readSymbolTable, type SymbolTable } from './elf/symbol-table.ts'
import { placeIn } from './frame.ts'
import { kindOf } from './kind.ts'

/** Frames kept of one file. */
const MOST_FRAMES = 16_384

/** An ELF file that programs run: its functions, read when the first is asked for. */
export class Image {
  readonly path: string
  private readonly source: ByteSource
  /** Where debug files are looked for. */
  private readonly roots: readonly string[]
  private readonly kind: FrameKind
  private elf: Elf | undefined
  private table: SymbolTable | undefined
  private nameSource: NameSource = 'none'
  private debugSource: FileSource | undefined
  private isRead = false
  private frames = new Map<number, StackFrame>()
  private places = new Map<number, StackFrame>()

  constructor(path: string, source: ByteSource, roots: readonly string[]) {
    this.path = path
    this.source = source
    this.roots = roots
    this.kind = kindOf(path)
  }

  static ofMemory(path: string, bytes: Buffer): Image {
    return new Image(path, new BufferSource(bytes), [])
  }

  /** Bytes its functions take, once they were read. */
  get bytes(): number {
    return (this.table?.length ?? 0) * FUNCTION_BYTES
  }

  /** What stands at an offset of the file. */
  frameAt(fileOffset: number): StackFrame {
    if (!this.isRead) this.read()
    const address = this.elf ? addressOf(this.elf, fileOffset) : undefined
    const at = address === undefined || !this.table ? -1 : this.table.find(address)
    if (at < 0) return this.placeAt(address ?? fileOffset)
    let frame = this.frames.get(at)
    if (!frame) {
      if (this.frames.size >= MOST_FRAMES) this.frames = new Map() // names are read again
      frame = { name: demangle(this.table!.name(at)), binary: this.path, file: '', line: 0, kind: this.kind, nameSource: this.nameSource }
      this.frames.set(at, frame)
    }
    return frame
  }

  close(): void {
    if (this.source instanceof FileSource) this.source.close()
    this.debugSource?.close()
  }

  private read(): void {
    this.isRead = true
    const elf = readElf(this.source)
    if (typeof elf === 'string') return // unnamed, as it should be: nothing in it has a name
    this.elf = elf
    if (this.use(readSymbolTable(this.source, elf, 'symtab'), 'symtab')) return
    const debug = openDebugFile(elf, this.path, this.roots)
    this.debugSource = debug?.source
    if (!this.use(debug?.table, 'debug-file')) this.use(readSymbolTable(this.source, elf, 'dynsym'), 'dynsym')
  }

  private use(table: SymbolTable | undefined, nameSource: NameSource): boolean {
    if (!table) return false
    this.table = table
    this.nameSource = nameSource
    return true
  }

  private placeAt(offset: number): StackFrame {
    let place = this.places.get(offset)
    if (!place) {
      if (this.places.size >= MOST_FRAMES) this.places = new Map()
      this.places.set(offset, (place = placeIn(this.path, offset, this.kind)))
    }
    return place
  }
}
