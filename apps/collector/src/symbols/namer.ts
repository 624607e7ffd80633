import type { StackFrame } from '@sonde/shared/signal'
import { BoundedMap } from '../health/bounded-map.ts'
import { COMPILED_UNNAMED, DEEPER, GONE, HIDDEN_KERNEL, UNMAPPED, type NamedStacks, type Program, type SampledProgram, type Stack } from './frame.ts'
import { partsOf, readMaps } from './files.ts'
import { Images, MAX_IMAGES, MAX_SYMBOL_BYTES } from './images.ts'
import { isKernel, kernelDistance, KernelSymbols } from './kernel-symbols.ts'
import { ProgramMemory } from './program-memory.ts'

const MAX_PROGRAMS = 4096
const MOST_FRAMES = 127
/** Modules come and go: an address without a name is looked up in a list no older than this. */
const KERNEL_LIST_KEPT_MS = 60_000
const TWO_32 = 4294967296

/** Sizes and counts of what names are made from. */
export interface NamerState {
  readonly bounds: Readonly<Record<string, readonly [number, number]>>
  /** Since the start: files and programs forgotten to make room. */
  readonly evicted: number
  readonly isKernelHidden: boolean
}

/** Gives addresses their names, from /proc and the files it leads to. Blocks while it reads: to be used off the main thread. */
export class Namer {
  private readonly images = new Images()
  private readonly programs = new BoundedMap<string, ProgramMemory>({ capacity: MAX_PROGRAMS, onEvict: () => this.evictedPrograms++ })
  private evictedPrograms = 0
  private kernel: KernelSymbols | undefined
  private kernelReadAtMs = -Infinity
  private readonly nowMs: () => number

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs
  }

  /** Takes in what a program has in memory now. */
  sampled(program: SampledProgram): void {
    this.memoryOf(program, program.maps).setMappings(program.maps)
  }

  private memoryOf(program: Program, maps?: string): ProgramMemory {
    const key = `${program.pid} ${program.startedAt} ${program.execId}`
    let memory = this.programs.get(key)
    if (memory) this.programs.renew(key)
    else this.programs.set(key, (memory = new ProgramMemory(program.pid, maps ?? readMaps(program.pid), this.images, this.nowMs)))
    return memory
  }

  name(stacks: readonly Stack[]): NamedStacks {
    const known = new Map<StackFrame, number>()
    const frames: StackFrame[] = []
    const indexOf = (frame: StackFrame): number => {
      let index = known.get(frame)
      if (index === undefined) known.set(frame, (index = frames.push(frame) - 1))
      return index
    }
    const named = stacks.map((stack) => Uint32Array.from(this.framesOf(stack), indexOf).reverse())
    this.images.trim()
    return { frames, stacks: named }
  }

  state(): NamerState {
    let compiled = 0
    for (const memory of this.programs.values()) compiled += memory.compiledFunctions
    return {
      bounds: {
        'files with symbols': [this.images.size, MAX_IMAGES],
        'bytes of symbols': [this.images.bytes, MAX_SYMBOL_BYTES],
        'sampled programs': [this.programs.size, MAX_PROGRAMS],
        'compiled functions': [compiled, MAX_PROGRAMS * 100_000],
      },
      evicted: this.images.evicted + this.evictedPrograms,
      isKernelHidden: this.kernel?.isHidden ?? false,
    }
  }

  /** Frames of a stack, innermost first. */
  private framesOf({ program, addresses, kernelFrames }: Stack): StackFrame[] {
    const view = new DataView(addresses.buffer, addresses.byteOffset, addresses.length)
    const count = addresses.length >> 3
    const frames: StackFrame[] = []
    for (let at = 0; at < Math.min(kernelFrames, count); at++) this.addKernel(frames, view, at)
    const memory = count > kernelFrames ? this.memoryOf(program) : undefined
    for (let at = kernelFrames; at < count; at++) {
      if (!memory) break
      // A caller's address is where the call returns to: the call is before it. So is the system call of a program in the kernel.
      const isExact = at === 0
      const address = view.getUint32(at * 8, true) + view.getUint32(at * 8 + 4, true) * TWO_32
      const frame = memory.frameAt(isExact ? address : address - 1)
      if (frame !== COMPILED_UNNAMED || frames.at(-1) !== COMPILED_UNNAMED) frames.push(frame)
      if (frame === UNMAPPED || frame === GONE) return frames // nothing that follows from a broken frame pointer is true
    }
    if (kernelFrames >= MOST_FRAMES || count - kernelFrames >= MOST_FRAMES) frames.push(DEEPER)
    return frames
  }

  private addKernel(frames: StackFrame[], view: DataView, at: number): void {
    const high = view.getUint32(at * 8 + 4, true)
    if (!isKernel(high)) return
    const distance = kernelDistance(view.getUint32(at * 8, true), high) - (at === 0 ? 0 : 1)
    const frame = this.kernelFrame(distance)
    if (frame !== HIDDEN_KERNEL || frames.at(-1) !== HIDDEN_KERNEL) frames.push(frame)
  }

  private kernelFrame(distance: number): StackFrame {
    this.kernel ??= this.readKernel()
    const found = this.kernel.find(distance)
    if (found || this.nowMs() - this.kernelReadAtMs < KERNEL_LIST_KEPT_MS) return found ?? HIDDEN_KERNEL
    this.kernel = this.readKernel()
    return this.kernel.find(distance) ?? HIDDEN_KERNEL
  }

  private readKernel(): KernelSymbols {
    this.kernelReadAtMs = this.nowMs()
    return new KernelSymbols(partsOf('/proc/kallsyms'))
  }
}
