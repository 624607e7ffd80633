import type { NamedStacks, SampledProgram, Stack } from './frame.ts'
import type { NamerState } from './namer.ts'

/** To the thread that names. */
export type Asked = { readonly kind: 'sampled'; readonly program: SampledProgram } | { readonly kind: 'name'; readonly id: number; readonly stacks: readonly Stack[] }

/** Its answers, in the order of what was asked. */
export interface Answered {
  readonly id: number
  readonly named: NamedStacks
  readonly state: NamerState
}
