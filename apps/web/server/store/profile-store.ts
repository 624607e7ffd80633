import type { TimeRange } from './store.ts'

/** Which samples; what is left out doesn't matter. Of a list any one. */
export interface ProfileFilter {
  readonly type: string
  readonly service?: string | readonly string[] | undefined
  readonly host?: string | readonly string[] | undefined
  readonly pid?: number | readonly number[] | undefined
  readonly tid?: number | undefined
  readonly cpu?: number | undefined
}

/** Samples with one stack; `node` is its innermost one, 0 for an empty stack. */
export interface StackSum {
  readonly node: bigint
  readonly count: number
  readonly valueNs: number
}

/** A frame and its caller; `parent` is 0 for one that has none. */
export interface ProfileNode {
  readonly id: bigint
  readonly parent: bigint
  readonly name: string
  readonly binary: string
  readonly file: string
  readonly line: number
  readonly kind: string
  readonly nameSource: string
}

/** Samples of one thread. */
export interface ThreadSum {
  readonly host: string
  readonly service: string
  readonly pid: number
  readonly tid: number
  readonly comm: string
  readonly count: number
}

/** How many samples, by what they are of. */
export interface SampleSums {
  /** Begin of the step, samples in it; steps without any are left out. */
  readonly timeline: readonly { readonly time: bigint; readonly count: number }[]
  /** Most samples first. */
  readonly threads: readonly ThreadSum[]
  readonly cpus: readonly { readonly cpu: number; readonly count: number }[]
}

export interface StoredProfile extends SampleSums {
  readonly stacks: readonly StackSum[]
  /** All nodes that `stacks` need, as far as they are known, in no order. */
  readonly nodes: readonly ProfileNode[]
}

/** Samples of one second, thread, CPU and stack. */
export interface SampleRow {
  /** Begin of the second. */
  readonly time: bigint
  readonly node: bigint
  readonly host: string
  readonly service: string
  readonly pid: number
  readonly tid: number
  readonly comm: string
  readonly cpu: number
  readonly count: number
  readonly valueNs: number
}

/** Where sampled stacks are kept. */
export interface ProfileStore {
  /** Samples whose second begins in the range. `threads` has at most `limit`. */
  profile(range: TimeRange, filter: ProfileFilter, stepNs: bigint, limit: number): Promise<StoredProfile>
  /** The same samples without their stacks, and how many each service has, most first. */
  samples(range: TimeRange, filter: ProfileFilter, stepNs: bigint, limit: number): Promise<SampleSums & { readonly services: readonly { readonly service: string; readonly count: number }[] }>
  /** The samples one by one, in no order; at most `limit`. */
  sampleRows(range: TimeRange, filter: ProfileFilter, limit: number): Promise<readonly SampleRow[]>
  /** The nodes that the samples' stacks need, in no order: as far as they are known, or were told in the range itself (`isFresh`). */
  profileNodes(range: TimeRange, filter: ProfileFilter, isFresh?: boolean): Promise<readonly ProfileNode[]>
}
