import type { Distributions } from '@sonde/bpf-programs/probe'
import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'

/** How much anybody cares: nobody looks, or somebody has it before them. */
export type Attention = 'idle' | 'watched'

/** How often is told what was counted while it is listened to all the time. */
const IDLE_EVERY_MS = 5000
const WATCHED_EVERY_MS = 1000

export interface ListeningOptions {
  readonly policy: Distributions['listen']
  /** False if it could not be done this time. */
  readonly attach: () => boolean
  readonly detach: () => void
  /** Tells the programs: a number above 0 begins a window of that number, 0 ends it. */
  readonly setWindow: (window: number) => void
  readonly read: (at: BootNanoseconds, intervalNs: Nanoseconds, observedNs: Nanoseconds) => void
  /** Boot time, nanoseconds. */
  readonly now: () => BootNanoseconds
  /** In [0, 1): when in its period a window begins, so that what comes at regular times is neither always nor never met. */
  readonly random: () => number
}

/**
 * When a dear probe listens: a window in each period, or all the time while somebody looks. Intervals follow each other without a gap,
 * and each is told with the time that was listened to in it. Between windows the programs are detached and cost nothing.
 */
export class Listening {
  private readonly options: ListeningOptions
  private attention: Attention = 'idle'
  private timers: NodeJS.Timeout[] = []
  private window = 0
  private isOpen = false
  private openedAt: BootNanoseconds = 0
  private startedAt: BootNanoseconds
  private observedNs: Nanoseconds = 0
  private holdUntil: BootNanoseconds = 0
  /** Of the last interval told; before the first, what is meant. */
  share: number

  /** The programs are attached; listens at once. */
  constructor(options: ListeningOptions) {
    this.options = options
    this.startedAt = options.now()
    this.share = options.policy === 'always' ? 1 : options.policy.forMs / options.policy.everyMs
    this.open(true)
    this.schedule(0)
  }

  /** Listens as much as somebody cares. */
  attend(attention: Attention): void {
    if (attention === this.attention) return
    this.attention = attention
    this.stopTimers()
    this.holdUntil = 0
    this.tell()
    if (this.isAlways) this.open()
    else this.close()
    this.schedule(this.pause)
  }

  /** Listens now for so long, if it doesn't anyway: what listening costs is measured. */
  listenFor(ms: number): void {
    if (this.isAlways) return
    this.holdUntil = this.options.now() + (ms - 2) * 1e6 // a timer may be a little early
    this.open()
    this.after(ms, () => { if (!this.isAlways) this.close() })
  }

  /** Tells what was counted until now and stops; leaves detaching to its owner. */
  end(): void {
    this.stopTimers()
    this.tell()
    if (this.isOpen) this.options.setWindow(0)
    this.isOpen = false
  }

  private get isAlways(): boolean {
    return this.options.policy === 'always' || this.attention === 'watched'
  }

  /** How long until the next window, milliseconds. */
  private get pause(): number {
    const { policy, random } = this.options
    return policy === 'always' ? 0 : random() * (policy.everyMs - policy.forMs)
  }

  private schedule(pauseMs: number): void {
    const { policy } = this.options
    if (policy === 'always' || this.attention === 'watched') {
      this.after(this.attention === 'watched' ? WATCHED_EVERY_MS : IDLE_EVERY_MS, () => {
        this.tell()
        this.schedule(0)
      })
      return
    }
    if (!this.isOpen) this.after(pauseMs, () => this.open())
    this.after(pauseMs + policy.forMs, () => this.close())
    this.after(policy.everyMs, () => {
      this.tell()
      this.schedule(this.pause)
    })
  }

  private open(attached = false): void {
    if (this.isOpen) return
    if (!attached && !this.options.attach()) return
    this.isOpen = true
    this.options.setWindow(++this.window)
    this.openedAt = this.options.now()
  }

  private close(): void {
    if (!this.isOpen || this.options.now() < this.holdUntil) return
    this.observedNs += this.options.now() - this.openedAt
    this.options.setWindow(0)
    this.isOpen = false
    this.options.detach()
  }

  private tell(): void {
    const now = this.options.now()
    if (this.isOpen) {
      this.observedNs += now - this.openedAt
      this.openedAt = now
    }
    if (this.observedNs === 0) return // the interval goes on
    const intervalNs = now - this.startedAt
    const observedNs = Math.min(this.observedNs, intervalNs)
    this.share = observedNs / intervalNs
    this.startedAt = now
    this.observedNs = 0
    this.options.read(now, intervalNs, observedNs)
  }

  private after(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.timers.splice(this.timers.indexOf(timer), 1)
      what()
    }, ms)
    this.timers.push(timer)
  }

  private stopTimers(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer)
  }
}
