/** What one kernel made of one probe. */
export interface ProbeFinding {
  readonly probe: string
  readonly state: 'off' | 'attached' | 'partial' | 'refused'
  /** What it says of itself, as the collector's page and the doctor show it. */
  readonly reason: string
  /** What the rule says the kernel lacks: for the probe, for the programs that its fallback stands in for, for optional programs. */
  readonly lacks: readonly string[]
  /** For a probe that the rule leaves out: what the kernel answers if it is loaded all the same; '' if it loads. */
  readonly refusedAnyhow?: string
  /** Optional programs that the kernel refused though the rule did not expect it, and why. */
  readonly unexpected: readonly string[]
  /** What of what was done wasn't seen, or not as it was; 'not fed' for a probe that nothing is known to feed. */
  readonly wrong: readonly string[]
}

/** What one kernel made of all probes, as the guest reports it. */
export interface Findings {
  readonly release: string
  readonly probes: readonly ProbeFinding[]
  /** Every loss that was counted: `where: reason (count)`. */
  readonly losses: readonly string[]
  readonly seconds: number
}
