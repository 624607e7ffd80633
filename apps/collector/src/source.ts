import type { Observer } from '@sonde/shared/observation'
import type { ExporterHealth, HealthReport, ProbeHealth, Problem } from '@sonde/shared/signal'
import type { Config } from './config.ts'
import type { RecordingSummary } from './exporters/recording/index.ts'
import type { Losses } from './health/losses.ts'
import type { Symbols } from './symbols/index.ts'

/** Where observations come from: this host's kernel, or a recording. */
export interface Source {
  /** Boot time, nanoseconds; of a recording, the time it is told in. */
  now(): number
  /** Wall minus boot time, nanoseconds. */
  wallOffset(): bigint
  clock(): { readonly stepNs: number; readonly driftNs: number }
  isOwn(pid: number): boolean
  /** Does what is due; called every 50 ms. */
  tick(now: number): void
  setEnabled(probe: string, enabled: boolean): void
  /** Names services by other rules from now on. */
  setRules(rules: Config['services']): void
  /** Somebody looks, or nobody does any more, at what a probe shows. */
  attend(probe: string, watched: boolean): void
  probes(): readonly ProbeHealth[]
  problems(): readonly Problem[]
  bounds(): Record<string, readonly [number, number]>
  addedNsPerRequest(): number | null
  /** When what probes cost is measured; null if it is not. */
  costWindows(): HealthReport['costWindows']
  /** Of the recording that is being made; undefined if none is. */
  recording(): ExporterHealth | undefined
  /** What that recording came to, once closed. */
  recorded(): RecordingSummary | undefined
  /** Gives memory that was freed back to the system, where that can be asked for. */
  releaseMemory?(): void
  /** What names sampled stacks; undefined for a recording, which holds no names. Closed by who uses it. */
  readonly symbols?: Symbols
  /** Observes all there is yet to observe, and ends. */
  close(): Promise<void>
}

export interface SourceOptions {
  readonly config: Config
  readonly losses: Losses
  readonly observe: Observer
  readonly host: { readonly id: string; readonly name: string; readonly kernel: string }
  readonly version: string
  readonly onProblem: (problem: Problem) => void
}
