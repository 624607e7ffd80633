import type { StackFrame } from '@sonde/shared/signal'
import type { SummedStacks } from '../../charts/flame-tree.ts'

/** `GET /api/v1/profiles/samples`. */
export interface Samples {
  readonly sampleCount: number
  readonly services: readonly { readonly service: string; readonly sampleCount: number }[]
  readonly timeline: { readonly stepNs: number; readonly points: readonly { readonly time: string; readonly sampleCount: number }[] }
  readonly threads: readonly Thread[]
  readonly cpus: readonly { readonly cpu: number; readonly sampleCount: number }[]
}

export interface Thread {
  readonly host: string
  readonly service: string
  readonly pid: number
  readonly tid: number
  readonly comm: string
  readonly sampleCount: number
}

/** `GET /api/v1/profiles?nodesAs=columns`. */
export interface Profile extends Omit<Samples, 'services'> {
  readonly valueNs: number
  readonly unnamedSampleCount: number
  readonly frames: readonly StackFrame[]
  readonly nodes: SummedStacks['nodes']
}
