import type { ProgramIdentity, StackSampled } from '@sonde/shared/observation'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { EMPTY_LABEL, Label } from '../protocols/protocol.ts'
import type { ProcessTable } from './process-table.ts'
import type { Process } from './process.ts'

export const PROFILE_WINDOW_NS: Nanoseconds = 1e9
/** After its end, so that late batches belong to it and processes it names are described. */
const KEPT_OPEN_NS: Nanoseconds = 500e6
/** Different stacks of threads in one window: a host of 128 busy CPUs makes 6,300 samples a second. */
export const MAX_WINDOW_STACKS = 16_384
/** How long a process is looked at anew with each sample. */
const YOUNG_NS: Nanoseconds = 500e6
/** Programs whose mappings were asked for already. */
const MAX_PROGRAMS = 16_384

/** Samples of one thread on one CPU with one stack. */
export interface SampledStack {
  readonly program: ProgramIdentity
  readonly tid: number
  readonly cpu: number
  readonly comm: string
  /** Of the process; what its requests are filed under. */
  service: Label
  count: number
  valueNs: Nanoseconds
  /** Addresses (u64, little endian), innermost first: the kernel's, then the program's. Nobody else's. */
  readonly addresses: Buffer
  readonly kernelFrames: number
}

/** All samples of one second. */
export interface ProfileWindow {
  readonly startsAt: BootNanoseconds
  readonly stacks: readonly SampledStack[]
}

/** Where samples go. A window is nobody else's and may be kept. */
export interface ProfileSink {
  /** A program is sampled for the first time, or shortly after it began: it may not live long. */
  programSampled(program: ProgramIdentity): void
  profile(window: ProfileWindow): void
}

interface OpenStack extends SampledStack {
  readonly process: Process | undefined
}

/** Adds up samples by thread, CPU and stack, second by second. */
export class Profiles {
  private readonly windows = new Map<number, Map<string, OpenStack>>()
  private readonly programs = new Set<string>()
  private readonly losses: Losses
  private readonly sink: ProfileSink
  private readonly processes: ProcessTable
  private readonly isOwn: (pid: number) => boolean

  constructor(options: { losses: Losses; sink: ProfileSink; processes: ProcessTable; isOwn: (pid: number) => boolean }) {
    this.losses = options.losses
    this.sink = options.sink
    this.processes = options.processes
    this.isOwn = options.isOwn
  }

  /** Stacks in open windows. */
  get size(): number {
    let size = 0
    for (const window of this.windows.values()) size += window.size
    return size
  }

  observe(o: StackSampled): void {
    const process = this.processes.find(o.pid, o.at)
    if (process?.own || this.isOwn(o.pid)) return
    if (o.userFrames > 0) this.announce(o)
    const number = Math.floor(o.at / PROFILE_WINDOW_NS)
    let window = this.windows.get(number)
    if (!window) this.windows.set(number, (window = new Map()))
    const end = o.stackAt + (o.kernelFrames + o.userFrames) * 8
    const key = `${o.tid} ${o.cpu} ${o.pid} ${o.startedAt} ${o.execId} ${o.kernelFrames} ${o.bytes.latin1Slice(o.stackAt, end)}`
    const known = window.get(key)
    if (known) {
      known.count++
      known.valueNs += o.periodNs
    } else if (window.size >= MAX_WINDOW_STACKS) {
      this.losses.count('model.profiles', 'too many stacks in one second', 'profiles')
    } else {
      window.set(key, {
        process, program: { pid: o.pid, startedAt: o.startedAt, execId: o.execId }, tid: o.tid, cpu: o.cpu, comm: o.comm, service: EMPTY_LABEL,
        count: 1, valueNs: o.periodNs, addresses: Buffer.from(o.bytes.subarray(o.stackAt, end)), kernelFrames: o.kernelFrames,
      })
    }
  }

  /** Lets go windows that are over; all, at `Infinity`. */
  tick(now: BootNanoseconds): void {
    for (const [number, window] of this.windows) {
      const startsAt = number * PROFILE_WINDOW_NS
      if (startsAt + PROFILE_WINDOW_NS + KEPT_OPEN_NS > now) continue
      this.windows.delete(number)
      const stacks = [...window.values()].filter((stack) => !stack.process?.own)
      for (const stack of stacks) stack.service = this.serviceOf(stack)
      if (stacks.length > 0) this.sink.profile({ startsAt, stacks })
    }
  }

  /** As its requests are filed: by its service, else by its program. Kernel threads by what they are called. */
  private serviceOf({ process, program, comm }: OpenStack): Label {
    const known = process ?? this.processes.find(program.pid, program.startedAt)
    return known && known.label.text !== '' ? known.label : new Label(comm)
  }

  /** A program is met for the first time, or still maps its libraries: what it has mapped has to be read while it lives. */
  private announce({ pid, startedAt, execId, at }: StackSampled): void {
    const key = `${pid} ${startedAt} ${execId}`
    if (this.programs.has(key) && at - startedAt > YOUNG_NS) return
    if (this.programs.size >= MAX_PROGRAMS) this.programs.clear() // then each is announced once more, which is harmless
    this.programs.add(key)
    this.sink.programSampled({ pid, startedAt, execId })
  }
}
