import { BpfError, bootNanoseconds, wallNanoseconds } from '@sonde/libbpf'
import type { FittedProbe } from '@sonde/bpf-programs/kernel-features'
import type { Probe } from '@sonde/bpf-programs/probe'
import type { Observer } from '@sonde/shared/observation'
import type { Problem, ProbeHealth } from '@sonde/shared/signal'
import type { Losses } from '../health/losses.ts'
import { Clock, clockProblem } from './clock.ts'
import { fitProbes, lackOfKernel, newerKernel } from './fit.ts'
import { ProbeRefused, RecordLayoutError, programsOf } from './load.ts'
import type { Attention } from './histograms-listening.ts'
import type { OwnProcesses } from './own-processes.ts'
import { ProbeLife } from './probe-life.ts'
import { ProbeLosses } from './probe-losses.ts'
import type { RecordType } from './records.ts'
import { Statistics, type CostWindows, type Measured } from './statistics.ts'

const RING_BYTES = 2 << 20
const EXCHANGE_RING_BYTES = 16 << 20

export interface AttachOptions {
  readonly observe: Observer
  readonly losses: Losses
  /** Sonde's own processes, which are not watched. */
  readonly own: OwnProcesses
  /** Per probe; on and 2 MiB (exchange: 16 MiB) if nothing is said. */
  readonly probes: Readonly<Record<string, { readonly enabled?: boolean | undefined; readonly ringBytes?: number | undefined } | undefined>>
  /** Whether to measure what programs cost, one second each minute. */
  readonly statistics: boolean
  /** Each batch as it was read, after it was interpreted: what is found out in doing so is told before it. */
  readonly onBatch?: (probe: string, at: number, bytes: Buffer) => void
}

interface ProbeState {
  /** As this kernel can have it. */
  readonly probe: Probe
  readonly fitted: FittedProbe
  readonly id: number
  readonly losses: ProbeLosses
  enabled: boolean
  life: ProbeLife | undefined
  refusal: { reason: string; fix: string; log: string } | undefined
  /** Records of lives that are over. */
  recordsBefore: number
  recordsLastSecond: number
  recordsPerSecond: number
}

/** A probe's programs: what each is, and why it can't be had (undefined: it can). */
export interface Examined {
  readonly programs: readonly { readonly name: string; readonly section: string; readonly refused: string | undefined }[]
  /** What the verifier said where the probe was refused. */
  readonly log: string
}

/** Loads and attaches every enabled probe. One that the kernel refuses costs that probe alone: `refused()` says it. */
export function attach(probes: readonly Probe[], options: AttachOptions): Kernel {
  return new Kernel(probes, options)
}

/** The attached probes of this host: records in, observations out. */
export class Kernel {
  readonly clock: Clock
  private readonly states: ProbeState[]
  private readonly options: AttachOptions
  private readonly statistics: Statistics | undefined
  private readonly everySecond: NodeJS.Timeout
  private readonly attentions = new Map<string, Attention>()
  private statisticsRefused: string | undefined
  private closed = false

  constructor(probes: readonly Probe[], options: AttachOptions) {
    this.options = options
    this.clock = new Clock({ bootNs: bootNanoseconds, wallNs: wallNanoseconds, monotonicNs: () => Number(process.hrtime.bigint()) })
    this.states = fitProbes(probes).map((fitted, at) => ({
      fitted, probe: fitted.probe, id: at + 1, losses: new ProbeLosses(fitted.probe, options.losses), enabled: options.probes[fitted.probe.name]?.enabled ?? fitted.probe.enabledByDefault ?? true,
      life: undefined, refusal: undefined, recordsBefore: 0, recordsLastSecond: 0, recordsPerSecond: 0,
    }))
    for (const state of this.states) if (state.enabled) this.load(state)
    if (options.statistics) this.statistics = new Statistics({ probes: () => this.measured(), onRefused: (error) => (this.statisticsRefused = error.message), onBegin: (ms) => { for (const { life } of this.states) life?.listenFor(ms) } })
    this.everySecond = setInterval(() => this.second(), 1000)
  }

  /** Boot time now, nanoseconds. */
  now(): number {
    return bootNanoseconds()
  }

  /** Switches a probe on or off, the others untouched; false if there is none of that name. */
  setEnabled(name: string, enabled: boolean): boolean {
    const state = this.states.find(({ probe }) => probe.name === name)
    if (!state || this.closed) return false
    state.enabled = enabled
    if (enabled && !state.life) {
      this.load(state)
      this.statistics?.soon()
    }
    if (!enabled) this.unload(state)
    return true
  }

  /** Says how much anybody cares for what a probe shows; a probe that comes later is told, too. */
  attend(name: string, attention: Attention): void {
    this.attentions.set(name, attention)
    this.states.find(({ probe }) => probe.name === name)?.life?.attend(attention)
  }

  /** Interprets everything that is in the rings now. */
  drain(): void {
    for (const { life } of this.states) life?.drain()
  }

  /** Stops watching: what programs still hold is said, rings are read empty, everything is unloaded. A second call does nothing. */
  close(): void {
    if (this.closed) return
    this.closed = true
    clearInterval(this.everySecond)
    this.statistics?.close()
    // What stands on others' observations first: its last records still find the processes they belong to.
    for (const state of this.states.toReversed()) this.unload(state)
  }

  /** What type ids in batches mean, by probe, for who keeps batches. */
  recordTypes(): Record<string, readonly (RecordType & { readonly typeId: number })[]> {
    const known: Record<string, readonly (RecordType & { readonly typeId: number })[]> = {}
    for (const { probe, life } of this.states) if (life) known[probe.name] = [...life.types].map(([typeId, type]) => ({ typeId, ...type }))
    return known
  }

  health(): ProbeHealth[] {
    return this.states.map((state) => this.healthOf(state))
  }

  /** What the kernel made of a probe, program by program, for who examines this machine. */
  examine(name: string): Examined {
    const { probe, life, refusal } = this.states.find((state) => state.probe.name === name)!
    const programs = life ? life.object.programs() : programsOf(probe)
    return { programs: programs.map((program) => ({ ...program, refused: refusal?.reason ?? life?.refused.get(program.name) })), log: refusal?.log ?? '' }
  }

  /** Bytes that rings held at most lately, and can hold. */
  bounds(): Record<string, readonly [number, number]> {
    const lives = this.states.flatMap(({ probe, life }) => (life ? [{ name: probe.name, fill: life.fill }] : []))
    const rings = lives.map(({ name, fill }) => [`ring of ${name}`, [Math.round(fill.share * fill.ringBytes), fill.ringBytes] as const] as const)
    const kept = this.states.flatMap(({ probe, life }) => (life?.histograms ? [[`distributions of ${probe.name}`, life.histograms.bound] as const] : []))
    return Object.fromEntries([...rings, ...kept])
  }

  /** What isn't wholly watched, for people. */
  problems(): Problem[] {
    const problems: Problem[] = []
    for (const { probe, fitted, refusal, life } of this.states) {
      if (refusal) problems.push({ what: `${probe.name} is not watching; without it: ${probe.losesWhenOff}`, detail: refusal.reason, fix: refusal.fix })
      if (life && fitted.fallback) problems.push({ what: `${probe.name}: ${fitted.fallback.loses}`, detail: lackOfKernel(fitted.fallback.lacks), fix: newerKernel(fitted.fallback.lacks) })
      for (const [program, reason] of life?.refused ?? []) {
        problems.push({ what: `${probe.name}: ${probe.optionalPrograms[program]}`, detail: `${program}: ${reason}`, fix: 'this kernel lacks it; the rest of the probe works' })
      }
    }
    problems.push(...clockProblem(this.clock, bootNanoseconds()))
    if (this.statisticsRefused) problems.push({ what: 'what probes cost is not measured', detail: this.statisticsRefused, fix: 'give the collector CAP_SYS_ADMIN' })
    return problems
  }

  /** Time in the programs of `exchange` for one exchange at one end: ns per run × runs for each, when that was last measured; null before. */
  get addedNsPerRequest(): number | null {
    return this.statistics?.costs.get('exchange')?.nsPerUnit ?? null
  }

  /** When costs are measured; undefined if they are not. */
  get costWindows(): CostWindows | undefined {
    return this.statisticsRefused === undefined ? this.statistics?.windows : undefined
  }

  private healthOf(state: ProbeState): ProbeHealth {
    const { probe, life, refusal } = state
    const cost = life && this.statistics?.costs.get(probe.name)
    const share = life?.observedShare ?? 1
    const missing = [...(life?.refused.keys() ?? [])].map((program) => probe.optionalPrograms[program])
    if (life && state.fitted.fallback) missing.unshift(state.fitted.fallback.loses)
    return {
      name: probe.name,
      sees: probe.sees,
      hooks: probe.hooks,
      losesWhenOff: probe.losesWhenOff,
      enabled: state.enabled,
      state: refusal ? 'refused' : !life ? 'off' : missing.length > 0 ? 'partial' : 'attached',
      reason: refusal?.reason ?? missing.join('; '),
      records: state.recordsBefore + (life?.records ?? 0),
      recordsPerSecond: state.recordsPerSecond,
      lost: state.losses.total,
      nsPerRun: cost?.nsPerRun ?? null,
      // Measured while it listened; told as it costs on the average.
      runs: cost ? cost.runs * share : null,
      cpuShare: cost ? cost.cpuShare * share : null,
      observedShare: life?.observedShare ?? null,
      ringFill: life?.fill.share ?? 0,
    }
  }

  private load(state: ProbeState): void {
    const { probe } = state
    state.refusal = undefined
    try {
      state.life = new ProbeLife(state.fitted, {
        probeId: state.id,
        ringBytes: this.options.probes[probe.name]?.ringBytes ?? probe.ringBytes ?? (probe.name === 'exchange' ? EXCHANGE_RING_BYTES : RING_BYTES),
        own: this.options.own,
        clock: this.clock,
        losses: this.options.losses,
        observe: (observation) => {
          if (observation.kind === 'process-started' || observation.kind === 'process-exited') this.options.own.observe(observation)
          this.options.observe(observation)
        },
        beforeBatch: () => this.drainBefore(state),
        afterBatch: (bytes) => this.options.onBatch?.(probe.name, bootNanoseconds(), bytes),
      })
      state.life.attend(this.attentions.get(probe.name) ?? 'idle')
    } catch (error) {
      if (error instanceof ProbeRefused) state.refusal = { reason: error.message, fix: error.fix, log: error.cause instanceof BpfError ? error.cause.log : '' }
      else if (error instanceof RecordLayoutError) state.refusal = { reason: error.message, fix: 'build again: npm run build', log: '' }
      else throw error
    }
  }

  private unload(state: ProbeState): void {
    if (!state.life) return
    state.life.close(state.losses)
    state.recordsBefore += state.life.records
    state.recordsLastSecond = 0
    state.life = undefined
    this.statistics?.costs.delete(state.probe.name)
  }

  /** Each probe has a ring of its own, and none waits for another: what a batch may refer to is interpreted before it. */
  private drainBefore(state: ProbeState): void {
    for (const earlier of this.states) {
      if (earlier === state) return
      earlier.life?.drain()
    }
  }

  private second(): void {
    this.clock.measure()
    this.options.own.rescan()
    for (const state of this.states) {
      const { life } = state
      if (!life) {
        state.recordsPerSecond = 0
        continue
      }
      state.losses.read(life.object, life.oversized)
      life.control.sleep(this.clock)
      life.fill.second()
      const records = life.records
      state.recordsPerSecond = Math.max(0, records - state.recordsLastSecond)
      state.recordsLastSecond = records
    }
  }

  private measured(): Map<string, Measured> {
    const measured = new Map<string, Measured>()
    for (const { probe, life } of this.states) if (life) measured.set(probe.name, { object: life.object, programs: life.hookPrograms, units: life.units })
    return measured
  }
}
