import type { ProbeHealth, Problem } from '@sonde/shared/signal'
import type { RecordingSummary } from './exporters/recording/index.ts'

/** Problems remembered as said; more than these are said again. */
const MOST_REMEMBERED = 256

/** What the supervisor is told: one JSON object a line, and of a problem that stays only once. */
export class Announcer {
  private readonly said = new Set<string>()
  private readonly write: (line: string) => void

  constructor(write: (line: string) => void) {
    this.write = write
  }

  ready(probes: readonly ProbeHealth[]): void {
    const watched = probes.filter(({ state }) => state === 'attached' || state === 'partial').map(({ name }) => name)
    const those = (wanted: ProbeHealth['state']) => probes.filter(({ state }) => state === wanted).map(({ name, reason, losesWhenOff }) => ({ probe: name, reason, loses: losesWhenOff }))
    this.write(`${JSON.stringify({ type: 'ready', watched, partly: those('partial'), refused: those('refused'), off: those('off') })}\n`)
  }

  /** Something that people want to know. */
  notice(text: string): void {
    this.write(`${JSON.stringify({ type: 'notice', detail: text })}\n`)
  }

  /** A recording that is over. */
  recorded(summary: RecordingSummary): void {
    this.write(`${JSON.stringify({ type: 'recorded', ...summary })}\n`)
  }

  problem({ what, detail, fix }: Problem): void {
    const line = `${JSON.stringify({ type: 'problem', what, detail, fix })}\n`
    const key = `${what}\n${fix}` // details have figures that change
    if (this.said.has(key)) return
    if (this.said.size >= MOST_REMEMBERED) this.said.clear()
    this.said.add(key)
    this.write(line)
  }
}
