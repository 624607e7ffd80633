import type { BootNanoseconds, Nanoseconds } from '@sonde/shared/units'
import type { Losses } from '../health/losses.ts'
import { Request } from './request.ts'

export const MAX_WAITING = 8_192
/** How long a request waits until it is known whose it is. */
export const NAME_WAIT_NS: Nanoseconds = 500e6

/** Requests whose process, or whose peer's, isn't described yet: copies, since their connections go on. */
export class WaitingRoom {
  private readonly waiting: Request[] = []
  private readonly until: BootNanoseconds[] = []
  private readonly spare: Request[] = []
  private readonly losses: Losses
  private readonly leave: (request: Request) => void

  constructor(losses: Losses, leave: (request: Request) => void) {
    this.losses = losses
    this.leave = leave
  }

  get size(): number {
    return this.waiting.length
  }

  /** Takes a copy of the request; if the room is full the request leaves at once, under the name it has. */
  enter(request: Request, now: BootNanoseconds): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.losses.count('model.waiting', 'full', 'service names')
      return this.leave(request)
    }
    this.waiting.push((this.spare.pop() ?? new Request()).copy(request))
    this.until.push(now + NAME_WAIT_NS)
  }

  /** Lets go who is ready or has waited long enough. */
  tick(now: BootNanoseconds, ready: (request: Request) => boolean): void {
    let kept = 0
    for (let i = 0; i < this.waiting.length; i++) {
      const request = this.waiting[i]!
      const late = this.until[i]! <= now
      if (!late && !ready(request)) {
        this.waiting[kept] = request
        this.until[kept++] = this.until[i]!
        continue
      }
      if (late) request.connection.impatient = true
      this.leave(request)
      if (this.spare.length < 256) this.spare.push(request)
    }
    this.waiting.length = kept
    this.until.length = kept
  }
}
