import { setImmediate as othersTurn } from 'node:timers/promises'
import type { StackFrame } from '@sonde/shared/signal'
import { BoundedMap } from '../health/bounded-map.ts'
import { COMPILED_UNNAMED, DEEPER, GONE, HIDDEN_KERNEL, UNMAPPED, type NamedStacks, type Program, type SampledProgram, type Stack } from './frame.ts'
import { partsOf, readMaps } from './files.ts'
import { Images, MAX_FRAMES, MAX_IMAGES, MAX_SYMBOL_BYTES } from './images.ts'
import { isKernel, kernelDistance, KernelSymbols } from './kernel-symbols.ts'
import { ProgramMemory } from './program-memory.ts'

const MAX_PROGRAMS = 4096
/** Functions that programs compiled, of all of them together; ≈ 150 bytes each. */
const MAX_COMPILED = 200_000
const MOST_FRAMES = 127
/** So many stacks are named before others have their turn. */
const STACKS_A_TURN = 64
/** Modules come and go: an address without a name is looked up in a list no older than this. */
const KERNEL_LIST_KEPT_MS = 60_000
const TWO_32 = 4294967296

const keyOf = ({ pid, startedAt, execId }: Program): string => `${pid} ${startedAt} ${execId}`

/** Sizes and counts of what names are made from. */
export interface NamerState {
  readonly bounds: Readonly<Record<string, readonly [number, number]>>
  /** Since the start: files, programs and their compiled functions forgotten to make room. */
  readonly evicted: number
  readonly isKernelHidden: boolean
}

/**
 * Gives addresses their names, from /proc and the files it leads to. What may take long is read by libuv's threads, and
 * what is computed is cut in pieces of a few milliseconds: it lives where records are decoded.
 */
export class Namer {
  private readonly images = new Images()
  private readonly programs = new BoundedMap<string, ProgramMemory>({ capacity: MAX_PROGRAMS, onEvict: () => this.evicted++ })
  private evicted = 0
  private kernel: KernelSymbols | undefined
  private kernelReadAtMs = -Infinity
  private readonly nowMs: () => number

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs
  }

  /** Takes in what a program has in memory now. */
  sampled(program: SampledProgram): void {
    const known = this.programs.get(keyOf(program))
    if (known) known.setMappings(program.maps)
    else this.memoryOf(program, program.maps)
  }

  private memoryOf(program: Program, maps?: string): ProgramMemory {
    const key = keyOf(program)
    let memory = this.programs.get(key)
    if (memory) this.programs.renew(key)
    else this.programs.set(key, (memory = new ProgramMemory(program.pid, maps ?? readMaps(program.pid), this.images, this.nowMs)))
    return memory
  }

  /** Names stacks; to be called again only when it is done. */
  async name(stacks: readonly Stack[]): Promise<NamedStacks> {
    const known = new Map<StackFrame, number>()
    const frames: StackFrame[] = []
    const indexOf = (frame: StackFrame): number => {
      let index = known.get(frame)
      if (index === undefined) known.set(frame, (index = frames.push(frame) - 1))
      return index
    }
    const named: Uint32Array[] = []
    for (const stack of stacks) {
      if (named.length % STACKS_A_TURN === STACKS_A_TURN - 1) await othersTurn()
      named.push(Uint32Array.from(await this.framesOf(stack), indexOf).reverse())
    }
    this.trim()
    return { frames, stacks: named }
  }

  get state(): NamerState {
    return {
      bounds: {
        'files with symbols': [this.images.size, MAX_IMAGES],
        'bytes of symbols': [this.images.bytes, MAX_SYMBOL_BYTES],
        'names of functions': [this.images.frameCount, MAX_FRAMES],
        'sampled programs': [this.programs.size, MAX_PROGRAMS],
        'compiled functions': [this.compiled, MAX_COMPILED],
      },
      evicted: this.images.evicted + this.evicted,
      isKernelHidden: this.kernel?.isHidden ?? false,
    }
  }

  close(): Promise<void> {
    return this.images.close()
  }

  private get compiled(): number {
    let compiled = 0
    for (const memory of this.programs.values()) compiled += memory.compiledFunctions
    return compiled
  }

  private trim(): void {
    this.images.trim()
    if (this.compiled <= MAX_COMPILED) return
    // Least recently sampled first.
    for (const memory of this.programs.values()) {
      if (memory.compiledFunctions === 0) continue
      memory.forgetCompiled()
      this.evicted++
      if (this.compiled <= MAX_COMPILED) return
    }
  }

  /** Frames of a stack, innermost first. */
  private async framesOf({ program, addresses, kernelFrames }: Stack): Promise<StackFrame[]> {
    const view = new DataView(addresses.buffer, addresses.byteOffset, addresses.length)
    const count = addresses.length >> 3
    const frames: StackFrame[] = []
    for (let at = 0; at < Math.min(kernelFrames, count); at++) {
      const high = view.getUint32(at * 8 + 4, true)
      if (!isKernel(high)) continue
      const distance = kernelDistance(view.getUint32(at * 8, true), high) - (at === 0 ? 0 : 1)
      const frame = this.kernel?.find(distance) ?? (await this.readKernelFor(distance))
      if (frame !== HIDDEN_KERNEL || frames.at(-1) !== HIDDEN_KERNEL) frames.push(frame)
    }
    const memory = count > kernelFrames ? this.memoryOf(program) : undefined
    for (let at = kernelFrames; at < count; at++) {
      if (!memory) break
      // A caller's address is where the call returns to: the call is before it. So is the system call of a program in the kernel.
      const isExact = at === 0
      const address = view.getUint32(at * 8, true) + view.getUint32(at * 8 + 4, true) * TWO_32
      const found = memory.frameAt(isExact ? address : address - 1)
      const frame = found instanceof Promise ? await found : found
      if (frame !== COMPILED_UNNAMED || frames.at(-1) !== COMPILED_UNNAMED) frames.push(frame)
      if (frame === UNMAPPED || frame === GONE) return frames // nothing that follows from a broken frame pointer is true
    }
    if (kernelFrames >= MOST_FRAMES || count - kernelFrames >= MOST_FRAMES) frames.push(DEEPER)
    return frames
  }

  private async readKernelFor(distance: number): Promise<StackFrame> {
    if (!this.kernel || this.nowMs() - this.kernelReadAtMs >= KERNEL_LIST_KEPT_MS) {
      this.kernelReadAtMs = this.nowMs()
      this.kernel = undefined // not two lists at once
      this.kernel = await KernelSymbols.read(partsOf('/proc/kallsyms'))
    }
    return this.kernel.find(distance) ?? HIDDEN_KERNEL
  }
}
