import { createReadStream } from 'node:fs'
import { createZstdDecompress } from 'node:zlib'
import { decodeBatch, ENTRY_BYTES, KIND, MAGIC, MAX_ENTRY_BYTES, type RecordingEnd, type RecordingHeader } from './format.ts'

/** One thing of a recording, in the order it was recorded. */
export type RecordingEntry =
  | { readonly kind: 'header'; readonly header: RecordingHeader }
  | { readonly kind: 'batch'; readonly at: number; readonly probe: string; readonly bytes: Buffer }
  | { readonly kind: 'observation'; readonly at: number; readonly observation: unknown }
  | { readonly kind: 'end'; readonly at: number; readonly end: RecordingEnd }
  /** The file is damaged or cut short from here on; the last entry there is. */
  | { readonly kind: 'error'; readonly error: string }

/** Reads a recording from a file, a piece at a time. Damage is the last entry, never an exception; what stands before it is whole. */
export async function* readRecording(path: string): AsyncGenerator<RecordingEntry> {
  let ended = false
  try {
    for await (const entry of entriesOf(path)) {
      yield entry
      if (entry.kind === 'error') return
      ended = entry.kind === 'end'
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error // a bug of ours; the system's and zlib's errors have codes
    const isDamage = code.startsWith('ZSTD') || code.startsWith('Z_') || code === 'ERR_ZLIB_BINDING_CLOSED'
    yield { kind: 'error', error: message === 'unexpected end of file' ? 'cut short' : isDamage ? `damaged: ${message}` : message }
    return
  }
  if (!ended) yield { kind: 'error', error: 'cut short: it has no end' }
}

async function* entriesOf(path: string): AsyncGenerator<RecordingEntry> {
  const input = createReadStream(path)
  const magic = await readMagic(input)
  if (magic !== MAGIC) {
    input.destroy()
    yield { kind: 'error', error: magic.startsWith('SONDE REC') ? 'of a format this version does not read' : 'not a recording' }
    return
  }
  const pieces = new Pieces()
  const zstd = createZstdDecompress()
  input.on('error', (error) => zstd.destroy(error))
  for await (const chunk of input.pipe(zstd)) {
    pieces.push(chunk as Buffer)
    for (let entry = nextEntry(pieces); entry !== undefined; entry = nextEntry(pieces)) {
      yield entry
      if (entry.kind === 'error') return
    }
  }
  if (pieces.length > 0) yield { kind: 'error', error: 'cut short: its last entry is not whole' }
}

/** The first bytes, before the compressed stream, which is left to the next reader. */
function readMagic(input: ReturnType<typeof createReadStream>): Promise<string> {
  return new Promise((resolve, reject) => {
    input.once('error', reject)
    input.once('end', () => resolve(''))
    const take = () => {
      const bytes = input.read(MAGIC.length) as Buffer | null
      if (bytes === null) return
      input.removeListener('readable', take)
      input.removeListener('error', reject)
      resolve(bytes.toString('latin1'))
    }
    input.on('readable', take)
  })
}

function nextEntry(pieces: Pieces): RecordingEntry | undefined {
  const head = pieces.peek(ENTRY_BYTES)
  if (!head) return undefined
  const length = head.readUInt32LE(4)
  if (length > MAX_ENTRY_BYTES) return { kind: 'error', error: `damaged: an entry of ${length} bytes` }
  const whole = pieces.take(ENTRY_BYTES + length)
  if (!whole) return undefined
  return decode(whole.readUInt8(0), whole.readDoubleLE(8), whole.subarray(ENTRY_BYTES))
}

function decode(kind: number, at: number, payload: Buffer): RecordingEntry {
  if (!Number.isFinite(at)) return { kind: 'error', error: 'damaged: an entry without a time' }
  if (kind === KIND.batch) {
    const batch = decodeBatch(payload)
    return batch ? { kind: 'batch', at, ...batch } : { kind: 'error', error: 'damaged: a batch of no probe' }
  }
  let value: unknown
  try {
    value = JSON.parse(payload.toString('utf8'))
  } catch {
    return { kind: 'error', error: 'damaged: an entry is not JSON' }
  }
  if (kind === KIND.observation) return { kind: 'observation', at, observation: value }
  if (kind === KIND.end) return { kind: 'end', at, end: value as RecordingEnd }
  if (kind === KIND.header && isHeader(value)) return { kind: 'header', header: value }
  return { kind: 'error', error: `damaged: an entry of kind ${kind}` }
}

function isHeader(value: unknown): value is RecordingHeader {
  const header = value as { [K in keyof RecordingHeader]?: unknown } | null
  return typeof header === 'object' && header !== null && typeof header.startedAt === 'number' && typeof header.probes === 'object' && /^-?\d+$/.test(String(header.wallOffset))
}

/** Chunks as one sequence of bytes. What is taken out is a copy of its own, aligned to 8. */
class Pieces {
  length = 0
  private readonly chunks: Buffer[] = []

  push(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.length += chunk.length
  }

  peek(bytes: number): Buffer | undefined {
    if (this.length < bytes) return undefined
    return this.chunks[0]!.length >= bytes ? this.chunks[0]! : this.merged()
  }

  take(bytes: number): Buffer | undefined {
    if (this.length < bytes) return undefined
    const all = this.chunks[0]!.length >= bytes ? this.chunks[0]! : this.merged()
    const taken = Buffer.from(new Uint8Array(all.subarray(0, bytes)).buffer)
    this.chunks[0] = all.subarray(bytes)
    if (this.chunks[0].length === 0) this.chunks.shift()
    this.length -= bytes
    return taken
  }

  private merged(): Buffer {
    const all = Buffer.concat(this.chunks)
    this.chunks.splice(0, this.chunks.length, all)
    return all
  }
}
