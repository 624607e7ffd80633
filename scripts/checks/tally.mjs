/**
 * What ran and how it went. Checks and tests count alike, one each.
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

export class Tally {
  passed = 0
  failed = 0
  skipped = 0
  /** @type {string[]} */
  failures = []

  /** @param {boolean} skippingFails as in CI, where a test that did not run proves nothing */
  constructor(skippingFails) {
    this.skippingFails = skippingFails
  }

  /**
   * @param {string} name
   * @param {boolean} ok
   */
  check(name, ok) {
    if (ok) this.passed++
    else this.#fail(name, 1)
  }

  /**
   * @param {string} name
   * @param {Counts} counts
   */
  tests(name, counts) {
    this.passed += counts.passed
    if (counts.failed > 0) this.#fail(name, counts.failed)
    if (counts.passed + counts.failed + counts.skipped === 0) this.#fail(`${name} (nothing ran)`, 1)
    if (counts.skipped > 0) this.skip(`${name}: ${counts.skipped} skipped`, counts.skipped)
  }

  /**
   * @param {string} what
   * @param {number} count
   */
  skip(what, count) {
    if (this.skippingFails) this.#fail(what, count)
    else this.skipped += count
  }

  /**
   * @param {string} name
   * @param {number} count
   */
  #fail(name, count) {
    this.failed += count
    this.failures.push(name)
  }

  get status() {
    return this.failed > 0 || this.passed === 0 ? 1 : 0
  }

  /** The last line of `npm test`. */
  get summary() {
    return `${this.passed} passed, ${this.failed} failed`
  }
}
