import { readFileSync } from 'node:fs'
import { BufferSource, FileSource, type ByteSource } from './elf/byte-source.ts'
import { closeFile, openIfThere, openMapped, readFully } from './files.ts'
import { Image } from './image.ts'
import { parseMappings, type Mapping } from './mappings.ts'

export const MAX_IMAGES = 384
export const MAX_SYMBOL_BYTES = 48 << 20
/** Frames kept of all files: a name is read from its file once. */
export const MAX_FRAMES = 65_536

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
    return this.sum(({ bytes }) => bytes)
  }

  get frameCount(): number {
    return this.sum(({ frameCount }) => frameCount)
  }

  /** The file of a mapping, opened through its process at once if it is new; undefined if there is none. */
  of(pid: number, mapping: Mapping): Image | undefined {
    if (mapping.path === '[vdso]') return (this.vdso ??= new Image('[vdso]', readVdso(), []))
    if (mapping.file === '') return undefined
    const key = `${mapping.file} ${mapping.path}`
    const known = this.images.get(key)
    if (known) {
      this.images.delete(key)
      this.images.set(key, known)
      return known
    }
    const image = new Image(mapping.path, openMapped(pid, mapping).then((file) => file && new FileSource(file)), [`/proc/${pid}/root`, ''])
    this.images.set(key, image)
    // The next program that runs it may be one it can be had from.
    void image.opened.then((source) => !source && this.images.get(key) === image && this.images.delete(key))
    return image
  }

  /** Closes what was not used for longest, down to the limits. To be called while none of them is asked. */
  trim(): void {
    if (this.frameCount > MAX_FRAMES) for (const image of this.images.values()) image.forgetFrames()
    for (let bytes = this.bytes; (this.images.size > MAX_IMAGES || bytes > MAX_SYMBOL_BYTES) && this.images.size > 1; this.evicted++) {
      const [key, image] = this.images.entries().next().value!
      bytes -= image.bytes
      this.images.delete(key)
      void image.close()
    }
  }

  async close(): Promise<void> {
    for (const image of this.images.values()) await image.close()
    this.images.clear()
  }

  private sum(of: (image: Image) => number): number {
    let sum = 0
    for (const image of this.images.values()) sum += of(image)
    return sum
  }
}

/** The kernel's library in every program, which is in no file: read from our own memory. */
async function readVdso(): Promise<ByteSource | undefined> {
  const mapping = parseMappings(readFileSync('/proc/self/maps', 'latin1')).find(({ path }) => path === '[vdso]')
  const fd = mapping && (await openIfThere('/proc/self/mem'))
  if (!mapping || fd === undefined) return undefined
  const bytes = Buffer.alloc(mapping.end - mapping.start)
  const isThere = await readFully(fd, bytes, mapping.start)
  await closeFile(fd)
  return isThere ? new BufferSource(bytes) : undefined
}
