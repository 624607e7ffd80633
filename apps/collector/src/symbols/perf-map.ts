import type { StackFrame } from '@sonde/shared/signal'
import { closeFile, openRegular, readSome } from './files.ts'

interface Compiled {
  readonly start: number
  readonly end: number
  /** As it stands in the file; `frame` is what it says, once somebody asked. */
  readonly text: string
  frame: StackFrame | undefined
}

const LINE = /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) (.{1,1024})/i
const CHUNK_BYTES = 64 * 1024
const MOST_FILE_BYTES = 256 << 20
const MOST_FUNCTIONS = 100_000
const MOST_RECENT = 1024

/**
 * Functions that a program compiled while it ran, as it tells them in /tmp/perf-PID.map: address, size, name, a line each.
 * Code moves and addresses are used again, so of what overlaps the last line holds.
 */
export class PerfMap {
  /** Disjoint, by address. */
  private settled: Compiled[] = []
  /** As they came, since `settled` was made. */
  private recent: Compiled[] = []
  private rest = ''
  /** Functions that had no room. */
  dropped = 0

  get size(): number {
    return this.settled.length + this.recent.length
  }

  add(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = (lines.pop() ?? '').slice(-2048)
    for (const line of lines) {
      const parts = LINE.exec(line)
      const start = parts ? Number.parseInt(parts[1]!, 16) : 0
      const bytes = parts ? Number.parseInt(parts[2]!, 16) : 0
      if (!parts || start <= 0 || bytes <= 0 || start + bytes > Number.MAX_SAFE_INTEGER) continue
      this.recent.push({ start, end: start + bytes, text: parts[3]!, frame: undefined })
      if (this.recent.length >= MOST_RECENT) this.settle()
    }
  }

  find(address: number): StackFrame | undefined {
    for (let at = this.recent.length - 1; at >= 0; at--) {
      const one = this.recent[at]!
      if (address >= one.start && address < one.end) return frameOf(one)
    }
    const one = this.settled[after(this.settled, address) - 1]
    return one && address < one.end ? frameOf(one) : undefined
  }

  /** Merges what is recent into what is settled: what it overlaps is gone. */
  private settle(): void {
    const fresh: Compiled[] = []
    for (const one of this.recent) {
      const from = after(fresh, one.start)
      const first = from > 0 && fresh[from - 1]!.end > one.start ? from - 1 : from
      let last = from
      while (last < fresh.length && fresh[last]!.start < one.end) last++
      fresh.splice(first, last - first, one)
    }
    const kept = this.settled.filter(({ start, end }) => {
      const next = after(fresh, start)
      return !(next > 0 && fresh[next - 1]!.end > start) && !(next < fresh.length && fresh[next]!.start < end)
    })
    const merged = [...kept, ...fresh].sort((a, b) => a.start - b.start)
    this.dropped += Math.max(0, merged.length - MOST_FUNCTIONS)
    this.settled = merged.slice(0, MOST_FUNCTIONS)
    this.recent = []
  }
}

const frameOf = (one: Compiled): StackFrame => (one.frame ??= compiledFrame(one.text))

/** Position after the last one that starts at or before the address. */
function after(sorted: readonly Compiled[], address: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.start <= address) low = middle + 1
    else high = middle
  }
  return low
}

/** What V8 compiles ahead or keeps for itself. */
const V8_OWN = /^(Builtin|BytecodeHandler|Stub|RegExp|LoadIC|StoreIC|Handler|Wasm|IC):/
/** V8's `JS:*fib /app/x.js:3:13`: a mark of the compiler that made it, the function, where it stands. */
const V8_FUNCTION = /^(?:JS|LazyCompile|Function|Eval|Script|InterpretedFunction):[*~^+]?'?(.*?)(?: (\S+?):(\d+)(?::\d+)?)?$/
/** CPython's `py::work:/app/x.py` (3.12, -X perf). */
const PYTHON_FUNCTION = /^py::(.+?):(\S*)$/

function compiledFrame(text: string): StackFrame {
  const jit = { binary: '[jit]', kind: 'jit', nameSource: 'perf-map' } as const
  if (V8_OWN.test(text)) return { ...jit, name: text, file: '', line: 0, kind: 'runtime' }
  const v8 = V8_FUNCTION.exec(text)
  if (v8) return { ...jit, name: v8[1] || '(anonymous)', file: v8[2] ?? '', line: Number(v8[3] ?? 0) >>> 0 }
  const python = PYTHON_FUNCTION.exec(text)
  if (python) return { ...jit, name: python[1]!, file: python[2]!, line: 0 }
  return { ...jit, name: text, file: '', line: 0 }
}

/** The map file of a program, read on as it grows. */
export class PerfMapFile {
  readonly map = new PerfMap()
  readonly path: string
  private readBytes = 0
  private readonly decoder = new TextDecoder()

  constructor(path: string) {
    this.path = path
  }

  /** Reads what was added, in parts: others have their turn between them. */
  async refresh(): Promise<void> {
    const file = await openRegular(this.path)
    if (!file) return
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(0, file.size - this.readBytes)))
    while (this.readBytes < file.size && file.size <= MOST_FILE_BYTES) {
      const count = await readSome(file.fd, chunk.subarray(0, file.size - this.readBytes), this.readBytes)
      if (count === 0) break
      this.readBytes += count
      this.map.add(this.decoder.decode(chunk.subarray(0, count), { stream: true }))
    }
    await closeFile(file.fd)
  }
}
