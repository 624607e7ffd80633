import type { QueuedFrame } from './memory-queue.ts'
import type { Session } from './session.ts'

/** Where a session's frames come from: one stream, some of it on disk, some in memory. */
export interface FrameSource {
  readonly stream: string
  /** Some frames that follow `sequence`, in order, each to be released; none if there are none now. */
  after(sequence: number): QueuedFrame[] | Promise<QueuedFrame[]>
}

/** Sends a source's frames over one session, in order, each once, as fast as the socket takes them. */
export class Sender {
  /** The last frame given to the socket, or known to be committed. */
  sent: number
  private readonly session: Session
  private readonly source: FrameSource
  private running = false
  private again = false
  private waiting: (() => void) | undefined

  constructor(session: Session, source: FrameSource, committed: number) {
    this.session = session
    this.source = source
    this.sent = committed
  }

  /** There may be new frames, or room in the socket. */
  wake(): void {
    this.again = true
    if (this.waiting && !this.session.isCongested) this.release()
    if (!this.running) void this.run()
  }

  /** The session has ended. */
  stop(): void {
    this.release()
  }

  private async run(): Promise<void> {
    this.running = true
    while (this.again && this.session.isOpen) {
      this.again = false
      if (this.session.isCongested) await new Promise<void>((resolve) => (this.waiting = resolve))
      const next = this.source.after(this.sent)
      const frames = next instanceof Promise ? await next : next
      this.send(frames)
      for (const frame of frames) frame.release()
    }
    this.running = false
  }

  private send(frames: readonly QueuedFrame[]): void {
    for (const frame of frames) {
      if (!this.session.isOpen) return
      if (frame.sequence <= this.sent) continue
      this.session.sendFrame(frame)
      this.sent = frame.sequence
      this.again = true
      if (this.session.isCongested) return
    }
  }

  private release(): void {
    const resume = this.waiting
    this.waiting = undefined
    resume?.()
  }
}
