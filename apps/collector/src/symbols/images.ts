import { readFileSync } from 'node:fs'
import { FileSource } from './elf/byte-source.ts'
import { openIfThere, openMapped } from './files.ts'
import { Image } from './image.ts'
import { parseMappings, type Mapping } from './mappings.ts'

export const MAX_IMAGES = 384
export const MAX_SYMBOL_BYTES = 48 << 20

/** The files that programs run, each once however many programs run it: open, so that one that is deleted still has its names. */
export class Images {
  /** Least recently used first. */
  private readonly images = new Map<string, Image>()
  private vdso: Image | undefined
  /** Files closed to make room. */
  evicted = 0

  get size(): number {
    return this.images.size
  }

  get bytes(): number {
    let bytes = 0
    for (const image of this.images.values()) bytes += image.bytes
    return bytes
  }

  /** The file of a mapping, opened through its process if it is new; undefined if it can't be had. */
  of(pid: number, mapping: Mapping): Image | undefined {
    if (mapping.path === '[vdso]') return (this.vdso ??= readVdso())
    if (mapping.file === '') return undefined
    const key = `${mapping.file} ${mapping.path}`
    const known = this.images.get(key)
    if (known) {
      this.images.delete(key)
      this.images.set(key, known)
      return known
    }
    const fd = openMapped(pid, mapping)
    if (fd === undefined) return undefined
    const image = new Image(mapping.path, new FileSource(fd), [`/proc/${pid}/root`, ''])
    this.images.set(key, image)
    return image
  }

  /** Closes what was not used for longest, down to the limits. */
  trim(): void {
    for (let bytes = this.bytes; (this.images.size > MAX_IMAGES || bytes > MAX_SYMBOL_BYTES) && this.images.size > 1; this.evicted++) {
      const [key, image] = this.images.entries().next().value!
      bytes -= image.bytes
      image.close()
      this.images.delete(key)
    }
  }
}

/** The kernel's library in every program, which is in no file: read from our own memory. */
function readVdso(): Image | undefined {
  const mapping = parseMappings(readFileSync('/proc/self/maps', 'latin1')).find(({ path }) => path === '[vdso]')
  const fd = mapping && openIfThere('/proc/self/mem')
  if (!mapping || fd === undefined) return undefined
  const memory = new MemorySource(fd)
  const bytes = memory.read(mapping.start, mapping.end - mapping.start)
  const image = bytes && Image.ofMemory('[vdso]', Buffer.from(bytes))
  memory.close()
  return image
}

/** A process's memory: a file whose size is said to be 0. */
class MemorySource extends FileSource {
  override readonly size = Number.MAX_SAFE_INTEGER
}
