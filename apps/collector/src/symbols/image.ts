import { setTimeout as sleep } from 'node:timers/promises'
import type { FrameKind, NameSource, StackFrame } from '@sonde/shared/signal'
import { demangle } from './demangle/index.ts'
import { openDebugFile } from './debug-file.ts'
import type { ByteSource } from './elf/byte-source.ts'
import { addressOf, readElf, type Elf } from './elf/elf.ts'
import { FUNCTION_BYTES, readSymbolTable, type SymbolTable } from './elf/symbol-table.ts'
import { placeIn } from './frame.ts'
import { kindOf } from './kind.ts'

/** A file on a file system that hangs has no names; all others go on. */
const OPENED_WITHIN_MS = 5000

/** An ELF file that programs run: its functions, read when the first is asked for. */
export class Image {
  readonly path: string
  /** The file; undefined if it can't be had. */
  readonly opened: Promise<ByteSource | undefined>
  /** Where debug files are looked for. */
  private readonly roots: readonly string[]
  private readonly kind: FrameKind
  private segments: Pick<Elf, 'segments'> | undefined
  private table: SymbolTable | undefined
  private nameSource: NameSource = 'none'
  private debugSource: ByteSource | undefined
  private reading: Promise<void> | undefined
  private isRead = false
  private readonly frames = new Map<number, StackFrame>()
  private readonly places = new Map<number, StackFrame>()

  constructor(path: string, opened: Promise<ByteSource | undefined>, roots: readonly string[]) {
    this.path = path
    this.opened = opened
    this.roots = roots
    this.kind = kindOf(path)
  }

  /** Bytes its functions take, once they were read. */
  get bytes(): number {
    return (this.table?.length ?? 0) * FUNCTION_BYTES
  }

  /** Frames that are kept. */
  get frameCount(): number {
    return this.frames.size + this.places.size
  }

  /** What stands at an offset of the file: at once, if it was asked for before. */
  frameAt(fileOffset: number): StackFrame | Promise<StackFrame> {
    if (!this.isRead) return (this.reading ??= this.read()).then(() => this.frameAt(fileOffset))
    const address = this.segments ? addressOf(this.segments, fileOffset) : undefined
    const at = address === undefined || !this.table ? -1 : this.table.find(address)
    return at < 0 ? this.placeAt(address ?? fileOffset) : (this.frames.get(at) ?? this.named(this.table!, at))
  }

  /** Forgets names: they are read again. */
  forgetFrames(): void {
    this.frames.clear()
    this.places.clear()
  }

  /** Not to be called while it is asked. */
  async close(): Promise<void> {
    await (await this.opened)?.close()
    await this.debugSource?.close()
  }

  private async named(table: SymbolTable, at: number): Promise<StackFrame> {
    const frame: StackFrame = { name: demangle(await table.name(at)), binary: this.path, file: '', line: 0, kind: this.kind, nameSource: this.nameSource }
    this.frames.set(at, frame)
    return frame
  }

  private async read(): Promise<void> {
    try {
      const source = await Promise.race([this.opened, sleep(OPENED_WITHIN_MS, undefined, { ref: false })])
      const elf = source && (await readElf(source))
      if (source && typeof elf === 'object') await this.readFunctions(source, elf)
    } finally {
      this.isRead = true // of what is no ELF file nothing has a name
    }
  }

  private async readFunctions(source: ByteSource, elf: Elf): Promise<void> {
    this.segments = { segments: elf.segments }
    if (this.use(await readSymbolTable(source, elf, 'symtab'), 'symtab')) return
    const debug = await openDebugFile(elf, this.path, this.roots)
    this.debugSource = debug?.source
    if (!this.use(debug?.table, 'debug-file')) this.use(await readSymbolTable(source, elf, 'dynsym'), 'dynsym')
  }

  private use(table: SymbolTable | undefined, nameSource: NameSource): boolean {
    if (!table) return false
    this.table = table
    this.nameSource = nameSource
    return true
  }

  private placeAt(offset: number): StackFrame {
    let place = this.places.get(offset)
    if (!place) this.places.set(offset, (place = placeIn(this.path, offset, this.kind)))
    return place
  }
}
