import type { Probe } from '@sonde/bpf-programs/probe'
import type { Observation, Observer } from '@sonde/shared/observation'
import { REPLAYED, type ProbeHealth } from '@sonde/shared/signal'
import type { Losses } from '../health/losses.ts'
import { isRecordedObservation } from './recorded-observation.ts'
import { checkLayouts, RecordDispatcher, type RecordType } from './records.ts'
import { shifted, ShiftedExchange, type Shift } from './shift.ts'

/** What a recording consists of (exporters/recording/format.ts). */
export type RecordedEntry =
  | { readonly kind: 'header'; readonly header: RecordedHeader }
  | { readonly kind: 'batch'; readonly at: number; readonly probe: string; readonly bytes: Buffer }
  | { readonly kind: 'observation'; readonly at: number; readonly observation: unknown }
  | { readonly kind: 'end'; readonly at: number; readonly end: { readonly dropped: number } }
  | { readonly kind: 'error'; readonly error: string }

export interface RecordedHeader {
  readonly kernel: string
  readonly startedAt: number
  readonly probes: Readonly<Record<string, readonly (RecordType & { readonly typeId: number })[]>>
}

export interface ReplayOptions {
  readonly probes: readonly Probe[]
  readonly observe: Observer
  readonly losses: Losses
  /** Opens the recording anew, for each round. */
  readonly open: () => AsyncIterable<RecordedEntry>
  /** 1 is as it was, 2 twice as fast, Infinity at once. */
  readonly speed: number
  readonly loop: boolean
  /** Boot time now, nanoseconds. */
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** The recording is damaged; `told` is how much stood before that and has been told. */
  readonly onDamage: (error: string, told: number) => void
}

/** Between two rounds, so that what is still open can end. */
const PAUSE_NS = 1e9
/** Waits shorter than this are left out. */
const LEAST_WAIT_MS = 5

/** A recording in the place of a kernel: batches in, observations out, at the pace they were recorded, told in present time. */
export class Replay {
  private readonly options: ReplayOptions
  private readonly stop = new AbortController()
  private dispatchers = new Map<string, RecordDispatcher>()
  private readonly records = new Map<string, number>()
  private readonly exchange = new ShiftedExchange()
  private readonly startedAt: number
  private shift: Shift = { time: (at) => at, start: (at) => at, cookies: 0, sequences: 0 }
  private recordedStart = 0
  private recordedEnd = 0

  constructor(options: ReplayOptions) {
    this.options = options
    this.startedAt = options.now()
  }

  /** Plays to the end, over and over with `loop`, up to the damage if there is some; resolves when it is over or closed. Throws `RecordLayoutError`. */
  async run(): Promise<void> {
    for (let round = 0; ; round++) {
      const told = await this.round(round)
      if (!this.options.loop || this.stop.signal.aborted || told === 0) return
      await this.pause(PAUSE_NS / 1e6)
    }
  }

  close(): void {
    this.stop.abort()
  }

  health(): ProbeHealth[] {
    return this.options.probes.map((probe) => ({
      name: probe.name, sees: probe.sees, hooks: probe.hooks, losesWhenOff: probe.losesWhenOff,
      enabled: false, state: 'off', reason: REPLAYED, records: (this.records.get(probe.name) ?? 0) + (this.dispatchers.get(probe.name)?.records ?? 0),
      recordsPerSecond: 0, lost: 0, nsPerRun: null, runs: null, cpuShare: null, ringFill: 0,
    }))
  }

  /** Entries told. */
  private async round(round: number): Promise<number> {
    const beganAt = this.options.now()
    let told = 0
    for await (const entry of this.options.open()) {
      if (this.stop.signal.aborted) break
      if (entry.kind === 'header') this.begin(entry.header, round, beganAt)
      else if (entry.kind === 'error') this.onDamage(entry.error, told)
      else {
        this.recordedEnd = entry.at
        await this.waitFor(entry.at)
        told += this.tell(entry)
      }
    }
    return told
  }

  private begin(header: RecordedHeader, round: number, beganAt: number): void {
    const { probes, losses, speed } = this.options
    for (const [name, dispatcher] of this.dispatchers) this.records.set(name, (this.records.get(name) ?? 0) + dispatcher.records)
    this.dispatchers = new Map()
    this.recordedStart = header.startedAt
    const pace = speed === Infinity ? 1 : speed // at once, but not all at one time
    const startShift = this.startedAt - header.startedAt
    this.shift = {
      time: (at) => beganAt + (at - header.startedAt) / pace,
      start: (at) => at + startShift,
      cookies: round * 2 ** 32,
      sequences: Math.imul(round, 0x9e3779b1) >>> 0,
    }
    const observe = (observation: Observation) => this.options.observe(shifted(observation, this.shift, this.exchange))
    for (const probe of probes) {
      const recorded = header.probes[probe.name]
      if (!recorded) continue
      const types = new Map(recorded.map((type) => [type.typeId, type]))
      const reader = probe.open()
      checkLayouts(probe.name, types, reader.layouts)
      this.dispatchers.set(probe.name, new RecordDispatcher(probe, { types, reader, observe, losses }))
    }
  }

  private tell(entry: Extract<RecordedEntry, { at: number }>): number {
    if (entry.kind === 'batch') {
      const { bytes } = entry
      const dispatcher = this.dispatchers.get(entry.probe)
      if (!dispatcher) this.options.losses.count('replay', `no such probe: ${entry.probe}`, 'recording')
      dispatcher?.batch(bytes.length, bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
      return 1
    }
    if (entry.kind === 'observation') {
      if (isRecordedObservation(entry.observation)) this.options.observe(shifted(entry.observation, this.shift, this.exchange))
      else this.options.losses.count('replay', 'an observation that is none', 'recording')
      return 1
    }
    if (entry.end.dropped > 0) this.options.losses.set('replay', 'dropped while it was recorded', 'recording', entry.end.dropped)
    return 0
  }

  private async waitFor(at: number): Promise<void> {
    if (this.options.speed === Infinity) return
    const ms = (this.shift.time(at) - this.options.now()) / 1e6
    if (ms >= LEAST_WAIT_MS) await this.pause(ms)
  }

  private async pause(ms: number): Promise<void> {
    if (!this.stop.signal.aborted) await this.options.sleep(ms, this.stop.signal)
  }

  private onDamage(error: string, told: number): void {
    this.options.losses.set('replay', 'damaged', 'recording', 1)
    this.options.onDamage(error, told)
  }

  /** Of the recording, in recorded time, as far as it was read. */
  get recordedNs(): number {
    return Math.max(0, this.recordedEnd - this.recordedStart)
  }
}
