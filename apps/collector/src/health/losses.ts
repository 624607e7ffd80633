/** A loss counter: where it happened, why, and what it affects. */
export interface Loss {
  readonly where: string
  readonly reason: string
  readonly affects: string
  count: number
}

/** Every loss of this process, counted where it happens. Counters only grow; readers subtract. */
export class Losses {
  private readonly counters = new Map<string, Loss>()

  /** Counts `n` losses; n may be 0, which makes the counter known. */
  count(where: string, reason: string, affects: string, n = 1): void {
    const key = `${where}\n${reason}\n${affects}`
    const counter = this.counters.get(key)
    if (counter) counter.count += n
    else this.counters.set(key, { where, reason, affects, count: n })
  }

  /** Sets a counter that is kept elsewhere (in the kernel) to its present total. */
  set(where: string, reason: string, affects: string, total: number): void {
    const key = `${where}\n${reason}\n${affects}`
    const counter = this.counters.get(key)
    if (counter) counter.count = total
    else this.counters.set(key, { where, reason, affects, count: total })
  }

  all(): IterableIterator<Readonly<Loss>> {
    return this.counters.values()
  }
}
