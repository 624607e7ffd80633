import type { TableSchema } from './table.ts'

/**
 * Samples of stacks: a row a second, thread, CPU and stack. A stack is the id of its innermost node, whose callers are
 * found by `parent`: stacks that begin alike share all of that, so a new stack costs the few nodes it doesn't share.
 */
export const PROFILES = {
  name: 'profiles',
  version: 1,
  columns: {
    /** Begin of the second. */
    time: 'i64',
    /** Time the samples stand for: of a CPU's clock, CPU time. */
    valueNs: 'i64',
    /** Innermost node of the stack; 0 if there was none. */
    node: 'i64',
    count: 'u32',
    pid: 'u32',
    tid: 'u32',
    cpu: 'u16',
    /** `cpu`; later others. */
    type: 'text',
    service: 'text',
    /** The thread's. */
    comm: 'text',
  },
} as const satisfies TableSchema

/**
 * Nodes of stacks: a frame and its caller. The id is a hash of the frame's texts and the caller's id, so nodes of all
 * processes and hosts that say the same are the same. A node is told again whenever it is sampled and was last told
 * PROFILE_NODES_TOLD_EVERY_NS ago: samples of a time find their nodes in that time and as long before it.
 */
export const PROFILE_NODES = {
  name: 'profile_nodes',
  version: 1,
  columns: {
    time: 'i64',
    id: 'i64',
    /** 0: it has no caller. */
    parent: 'i64',
    line: 'u32',
    /** The function; of one whose name isn't known, its binary and the offset in it: `libssl.so.3+0x1234`. */
    name: 'text',
    /** Path of what it is in, as its process sees it; `[kernel]`, `[module]`, `[vdso]`; '' if that isn't known. */
    binary: 'text',
    /** Source file; '' if that isn't known. */
    file: 'text',
    kind: 'text',
    nameSource: 'text',
  },
} as const satisfies TableSchema

export const PROFILE_NODES_TOLD_EVERY_NS = 300e9

/** `runtime`: of a language's runtime (V8, CPython, the JVM). `jit`: compiled while the program ran. */
export const FRAME_KINDS = ['kernel', 'native', 'runtime', 'jit', 'unknown'] as const
export type FrameKind = (typeof FRAME_KINDS)[number]
/** Where a frame's name comes from. */
export const NAME_SOURCES = ['symtab', 'dynsym', 'debug-file', 'perf-map', 'kallsyms', 'none'] as const
export type NameSource = (typeof NAME_SOURCES)[number]

/** A place in a program, as people read it: what a node of a stack says of itself. */
export interface StackFrame {
  /** The function; of one whose name isn't known, its binary and the offset in it: `libssl.so.3+0x1234`. */
  readonly name: string
  /** Path of what it is in, as its process sees it; `[kernel]`, `[module]`, `[vdso]`, `[jit]`; '' if that isn't known. */
  readonly binary: string
  /** Source; '' and 0 if that isn't known. */
  readonly file: string
  readonly line: number
  readonly kind: FrameKind
  readonly nameSource: NameSource
}
