import type { BootNanoseconds } from '../units/index.ts'

/** A program asked for a name and was told its addresses. */
export interface NameResolved {
  readonly kind: 'name-resolved'
  readonly at: BootNanoseconds
  readonly pid: number
  /** What it asked for, not what that is an alias of; lower case. */
  readonly name: string
  readonly addresses: readonly { readonly address: string; readonly ttlSeconds: number }[]
}

/** What came from a name server was no answer. */
export interface AnswerMalformed {
  readonly kind: 'answer-malformed'
  readonly at: BootNanoseconds
  readonly pid: number
}

export type NameObservation = NameResolved | AnswerMalformed
