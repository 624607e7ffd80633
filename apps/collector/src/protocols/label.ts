/**
 * A text that many rows share, made once. It has room for what costs too much to look up a row: its id in the dictionary
 * of the batch being built (`streams` writes it) and one label derived from it.
 */
export class Label {
  readonly text: string
  /** The batch in which `id` holds. */
  batch = -1
  id = 0
  /** What `derived` was made for, and which version of that. */
  derivedFor: unknown = undefined
  derivedVersion = -1
  derived: Label | undefined = undefined

  constructor(text: string) {
    this.text = text
  }
}

export const EMPTY_LABEL = new Label('')
