/** A bad environment: what is wrong and what to do about it, a sentence each. */
export class Problem extends Error {
  /**
   * @param {string} what
   * @param {string} fix
   */
  constructor(what, fix) {
    super(what)
    this.name = 'Problem'
    this.fix = fix
  }
}

/**
 * Says a problem on standard error; anything else is a bug of ours and shows its stack.
 * @param {unknown} error
 */
export function sayProblem(error) {
  if (error instanceof Problem) console.error(`\n${error.message}\n  What to do: ${error.fix}`)
  else console.error(error)
}
