import type { BootNanoseconds } from '../units/index.ts'

/** A program's run between two execs: its mappings belong to it and to no other. */
export interface ProgramIdentity {
  readonly pid: number
  /** When the process began (`task->start_boottime`). */
  readonly startedAt: BootNanoseconds
  /** `task->self_exec_id`: another after each exec. */
  readonly execId: number
}

/**
 * What a CPU was doing when it was looked at. Addresses only, innermost first; names come later (collector, symbols/).
 *
 * A flyweight over the batch it came in, as `ExchangeObserved` is: nothing of it may be kept after the call.
 */
export interface StackSampled extends ProgramIdentity {
  readonly kind: 'stack-sampled'
  readonly at: BootNanoseconds
  readonly tid: number
  readonly cpu: number
  /** The thread's. */
  readonly comm: string
  /** Time the sample stands for: between two looks at one CPU. */
  readonly periodNs: number
  /** The batch: `kernelFrames` addresses (u64, little endian) at `stackAt`, then at once `userFrames` more. */
  readonly bytes: Buffer
  readonly stackAt: number
  readonly kernelFrames: number
  readonly userFrames: number
}

/** Most frames of the kernel, and of the program, that a sample holds; a stack of so many may have had more. */
export const MOST_FRAMES = 127
