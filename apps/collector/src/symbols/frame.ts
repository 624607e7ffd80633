import type { FrameKind, StackFrame } from '@sonde/shared/signal'

/** A program between two execs, as the kernel tells them apart. */
export interface Program {
  readonly pid: number
  /** Nanoseconds since boot. */
  readonly startedAt: number
  readonly execId: number
}

/** A program that is sampled for the first time, with its /proc/PID/maps as it was then; '' if it had ended. */
export interface SampledProgram extends Program {
  readonly maps: string
}

/** Addresses of one stack (u64, little endian), innermost first: the kernel's, then the program's. */
export interface Stack {
  readonly program: Program
  readonly addresses: Uint8Array
  readonly kernelFrames: number
}

/** Stacks in the order they were given, as indices into `frames`, outermost first. */
export interface NamedStacks {
  readonly frames: readonly StackFrame[]
  readonly stacks: readonly Uint32Array[]
}

const unknown = (name: string): StackFrame => ({ name, binary: '', file: '', line: 0, kind: 'unknown', nameSource: 'none' })

/** An address that is in nothing the program has mapped: what calls it can't be known either. */
export const UNMAPPED = unknown('[unknown]')
/** The program had ended before its mappings could be read. */
export const GONE = unknown('[the program ended before it was looked at]')
/** The sample holds as many frames as it can: what called the outermost isn't known. */
export const DEEPER = unknown('[deeper than 127 frames]')
/** Nothing could be named. */
export const UNNAMED = unknown('[not named]')
/** Code that a program made and tells no name of; several in a row are shown as one. */
export const COMPILED_UNNAMED: StackFrame = { name: '[compiled code without a map]', binary: '[jit]', file: '', line: 0, kind: 'jit', nameSource: 'none' }
/** Kernel symbols are hidden. */
export const HIDDEN_KERNEL: StackFrame = { name: '[kernel]', binary: '[kernel]', file: '', line: 0, kind: 'kernel', nameSource: 'none' }

/** An unnamed place of a binary. */
export function placeIn(binary: string, offset: number, kind: FrameKind): StackFrame {
  return { name: `${binary.slice(binary.lastIndexOf('/') + 1)}+0x${offset.toString(16)}`, binary, file: '', line: 0, kind, nameSource: 'none' }
}
