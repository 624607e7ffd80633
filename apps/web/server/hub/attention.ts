/** How long after the last look a probe is still watched: a page that is loaded anew, or left for another and come back to. */
const LINGER_MS = 3000

/** Which probes somebody has before them: they listen all the time meanwhile. */
export class Attention {
  private readonly looks = new Map<string, number>()
  private readonly leaving = new Map<string, NodeJS.Timeout>()
  private readonly onChange: (probe: string, watched: boolean) => void

  constructor(onChange: (probe: string, watched: boolean) => void) {
    this.onChange = onChange
  }

  get watched(): Iterable<string> {
    return [...this.looks.keys(), ...this.leaving.keys()]
  }

  /** Somebody looks at what these probes show; returns what ends it. */
  look(probes: readonly string[]): () => void {
    for (const probe of probes) this.enter(probe)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      for (const probe of probes) this.leave(probe)
    }
  }

  close(): void {
    for (const timer of this.leaving.values()) clearTimeout(timer)
  }

  private enter(probe: string): void {
    const looks = this.looks.get(probe) ?? 0
    this.looks.set(probe, looks + 1)
    const leaving = this.leaving.get(probe)
    clearTimeout(leaving)
    this.leaving.delete(probe)
    if (looks === 0 && leaving === undefined) this.onChange(probe, true)
  }

  private leave(probe: string): void {
    const looks = this.looks.get(probe)! - 1
    if (looks > 0) return void this.looks.set(probe, looks)
    this.looks.delete(probe)
    this.leaving.set(probe, setTimeout(() => {
      this.leaving.delete(probe)
      this.onChange(probe, false)
    }, LINGER_MS))
  }
}
