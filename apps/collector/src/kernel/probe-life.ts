import { BpfError, bootNanoseconds, RingReader } from '@sonde/libbpf'
import type { FittedProbe } from '@sonde/bpf-programs/kernel-features'
import type { Distributions, Probe, ScheduledRun } from '@sonde/bpf-programs/probe'
import type { Observer } from '@sonde/shared/observation'
import type { Losses } from '../health/losses.ts'
import type { Clock } from './clock.ts'
import { Control } from './control.ts'
import { Histograms } from './histograms.ts'
import { Listening, type Attention } from './histograms-listening.ts'
import { loadProbe, refusal, type LoadedObject } from './load.ts'
import type { OwnProcesses } from './own-processes.ts'
import type { ProbeLosses } from './probe-losses.ts'
import { RecordDispatcher, type RecordType } from './records.ts'
import { RingFill } from './ring-fill.ts'

const BATCH_BYTES = 256 * 1024
const READ_EVERY_MS = 50

export interface LifeOptions {
  readonly probeId: number
  readonly ringBytes: number
  readonly own: OwnProcesses
  readonly clock: Clock
  readonly observe: Observer
  readonly losses: Losses
  readonly beforeBatch: () => void
  /** `bytes` is valid during the call. */
  readonly afterBatch: (bytes: Buffer) => void
}

/** A probe from load to unload: its object, links, ring, and what is run in it by the clock. */
export class ProbeLife {
  /** Programs that aren't attached: name → the kernel's reason. */
  readonly refused: Map<string, string>
  readonly dispatcher: RecordDispatcher
  readonly types: ReadonlyMap<number, RecordType>
  readonly fill: RingFill
  readonly control: Control
  readonly object: LoadedObject['object']
  /** Of a probe that keeps distributions. */
  readonly histograms: Histograms | undefined
  private readonly listening: Listening | undefined
  private readonly ring: RingReader
  private readonly timers: NodeJS.Timeout[] = []
  private readonly probe: Probe
  private readonly options: LifeOptions
  private readingNow = false

  /** Loads and attaches. Throws `ProbeRefused` or `RecordLayoutError` and leaves nothing behind then. */
  constructor(fitted: FittedProbe, options: LifeOptions) {
    const { probe } = fitted
    this.probe = probe
    this.options = options
    const reader = probe.open()
    const { object, types, refused } = loadProbe(fitted, reader.layouts, options)
    this.object = object
    this.types = types
    this.refused = new Map(refused)
    this.dispatcher = new RecordDispatcher(probe, { types, reader, observe: options.observe, losses: options.losses })
    this.fill = new RingFill(options.ringBytes, BATCH_BYTES)
    try {
      this.control = new Control(object, options.own, options.clock, options.losses)
    } catch (error) {
      object.close()
      throw error instanceof BpfError ? refusal(error) : error
    }
    const onBatch = (total: number, bytes: Buffer, view: DataView) => this.take(total, bytes, view)
    try {
      this.ring = new RingReader(object.map('records').fd, onBatch, { batchBytes: BATCH_BYTES, intervalMs: READ_EVERY_MS })
    } catch (error) {
      this.control.close()
      object.close()
      throw error instanceof BpfError ? refusal(error) : error
    }
    this.attachOrClose()
    if (probe.distributions) {
      this.histograms = this.histogramsOf(object, probe.distributions)
      this.listening = this.listeningOf(probe.distributions, this.histograms)
    }
  }

  /** Listens as much as somebody cares, if it is a probe that costs by listening. */
  attend(attention: Attention): void {
    this.listening?.attend(attention)
  }

  /** Listens now, so that what it costs can be measured. */
  listenFor(ms: number): void {
    this.listening?.listenFor(ms)
  }

  /** The share of time it listened to lately; undefined for a probe that always does. */
  get observedShare(): number | undefined {
    return this.listening?.share
  }

  /** Interprets all that is in the ring now; nothing if that is what it is doing. */
  drain(): void {
    if (!this.readingNow) this.ring.drain()
  }

  /** Those that the kernel runs, not user space. */
  get hookPrograms(): string[] {
    const run = new Set(this.probe.runs?.map(({ program }) => program))
    return this.object.programs().map(({ name }) => name).filter((name) => !run.has(name) && !this.refused.has(name))
  }

  /** What was told so far: records, or distributions. */
  get records(): number {
    return this.dispatcher.records + (this.histograms?.told ?? 0)
  }

  /** How many of what it watches it has seen (`Probe.unit`). */
  get units(): number {
    return this.dispatcher.units
  }

  get oversized(): number {
    return this.ring.oversizedRecords
  }

  /** Detaches, has its programs say what they still hold, reads the ring empty, unloads. */
  close(lastLosses: ProbeLosses): void {
    for (const timer of this.timers) clearInterval(timer)
    this.listening?.end()
    this.control.close()
    for (const { name } of this.object.programs()) if (!this.refused.has(name)) this.object.detach(name)
    for (const run of this.probe.runs ?? []) this.run(run, 'run')
    this.drain()
    lastLosses.read(this.object, this.oversized)
    lastLosses.endLife()
    this.ring.close()
    this.object.close()
  }

  private take(total: number, bytes: Buffer, view: DataView): void {
    this.readingNow = true
    try {
      this.fill.read(total)
      this.options.beforeBatch()
      this.dispatcher.batch(total, bytes, view)
      this.options.afterBatch(bytes.subarray(0, total))
    } finally {
      this.readingNow = false
    }
  }

  private attachOrClose(): void {
    try {
      this.attach()
    } catch (error) {
      this.ring.close()
      this.control.close()
      this.object.close()
      throw error instanceof BpfError ? refusal(error) : error
    }
    for (const iterator of this.probe.iterators ?? []) this.schedule(iterator, 'iterator')
    for (const run of this.probe.runs ?? []) this.schedule(run, 'run')
  }

  private attach(): void {
    const unattached = new Set(this.probe.runs?.map(({ program }) => program))
    for (const { name } of this.object.programs()) {
      if (unattached.has(name) || this.refused.has(name)) continue
      try {
        const hz = this.probe.perfEvents?.[name]
        if (hz === undefined) this.object.attach(name)
        else this.object.attachPerfEvent(name, hz)
      } catch (error) {
        if (!(error instanceof BpfError) || this.probe.optionalPrograms[name] === undefined) throw error
        this.refused.set(name, refusal(error).message)
      }
    }
  }

  private histogramsOf(object: LoadedObject['object'], distributions: Distributions): Histograms {
    const { control } = this
    return new Histograms(object, { distributions, observe: this.options.observe, setEpoch: (epoch) => control.epoch(epoch), forget: (map, key) => control.forget(map, key) })
  }

  private listeningOf(distributions: Distributions, histograms: Histograms): Listening {
    return new Listening({
      policy: distributions.listen,
      attach: () => this.attachAgain(),
      detach: () => { for (const { name } of this.object.programs()) if (!this.refused.has(name)) this.object.detach(name) },
      setWindow: (window) => this.control.listen(window),
      read: (at, intervalNs, observedNs) => histograms.read(at, intervalNs, observedNs),
      now: bootNanoseconds,
      random: Math.random,
    })
  }

  private attachAgain(): boolean {
    try {
      this.attach()
      return true
    } catch (error) {
      if (!(error instanceof BpfError)) throw error
      this.options.losses.count(`probe.${this.probe.name}`, `attach: ${error.code}`, this.probe.affects ?? this.probe.name)
      return false
    }
  }

  private schedule(scheduled: ScheduledRun, how: 'iterator' | 'run'): void {
    if (this.refused.has(scheduled.program)) return
    if (how === 'iterator' || scheduled.everyMs === 'once') this.run(scheduled, how)
    if (scheduled.everyMs !== 'once') this.timers.push(setInterval(() => this.run(scheduled, how), scheduled.everyMs))
  }

  private run({ program }: ScheduledRun, how: 'iterator' | 'run'): void {
    if (this.refused.has(program)) return
    try {
      if (how === 'iterator') this.object.runIterator(program)
      else this.object.run(program)
    } catch (error) {
      if (!(error instanceof BpfError)) throw error
      this.options.losses.count(`probe.${this.probe.name}`, `${program}: ${error.code}`, this.probe.affects ?? this.probe.name)
    }
  }
}
