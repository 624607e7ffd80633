/** Of one thing that was looked at. */
export type State = 'ok' | 'partly' | 'missing' | 'not checked'

/** What was found, what it costs where it isn't well, and how to mend that. */
export interface Finding {
  readonly name: string
  readonly state: State
  readonly found: string
  /** What is lost; '' where nothing is. */
  readonly costs: string
  readonly fix: string
}

export interface ProbeFinding extends Finding {
  readonly enabledByDefault: boolean
  /** Undefined: not tried. */
  readonly loads: boolean | undefined
  readonly attaches: boolean | undefined
  /** The end of what the verifier said. */
  readonly verifier: readonly string[]
}

export interface Report {
  /** Whether every probe that is on by default can run. */
  readonly ok: boolean
  readonly machine: readonly Finding[]
  readonly programTypes: readonly Finding[]
  readonly probes: readonly ProbeFinding[]
}
