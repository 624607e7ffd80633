import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/** Where the counts go, for who started the tests; SONDE_TEST_EACH=1 names every test as it ends. */
const countsFile = process.env.SONDE_TEST_COUNTS
/** A unit test this slow is worth a line. */
const SLOW_SECONDS = 5
const namesEach = process.env.SONDE_TEST_EACH === '1'

/**
 * A reporter for node:test that says little of what passes and all of what fails.
 * @param {AsyncIterable<{ type: string, data: any }>} events
 */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {Map<string, string>} what a file wrote, shown if one of its tests fails */
  const written = new Map()
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      if (namesEach) yield indent(data.message)
      else written.set(data.file, ((written.get(data.file) ?? '') + data.message).slice(-20_000))
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details.type === 'suite' && type === 'test:pass') continue
    const seconds = data.details.duration_ms / 1000
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++
      yield `    skipped: ${nameOf(data)}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}\n`
    } else if (type === 'test:pass') {
      counts.passed++
      if (namesEach || seconds > SLOW_SECONDS) yield `    passed: ${data.name} (${seconds.toFixed(1)} s)\n`
    } else if (!isParentOfFailure(data)) {
      counts.failed++
      yield `    FAILED: ${nameOf(data)}\n${indent(reasonOf(data.details.error))}`
      const output = written.get(data.file)
      if (output) yield indent(`what ${relative(process.cwd(), data.file)} wrote:\n${output}`)
      written.delete(data.file)
    }
  }
  if (countsFile) writeFileSync(countsFile, JSON.stringify(counts))
}

/** A parent fails with its children; the children are what failed. @param {any} data */
function isParentOfFailure(data) {
  return data.details.error?.failureType === 'subtestsFailed'
}

/** @param {any} data */
function nameOf(data) {
  const where = data.file ? `${relative(process.cwd(), data.file)}:${data.line ?? 1}` : ''
  return `${data.name}${where && !data.name.endsWith('.ts') ? ` (${where})` : ''}`
}

/** @param {any} error as node:test wraps it */
function reasonOf(error) {
  const cause = error?.cause ?? error
  const reason = typeof cause === 'object' && cause !== null ? (cause.stack ?? cause.message ?? String(cause)) : String(cause)
  return reason.length > 6000 ? `${reason.slice(0, 6000)} …` : reason
}

/** @param {string} text */
function indent(text) {
  return `${text.replace(/\n$/, '').replace(/^/gm, '      ')}\n`
}
