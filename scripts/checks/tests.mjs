import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeOf, toolEnvironment } from '../set-up/build.mjs'
import { filesOf } from './files.mjs'

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {(path: string) => boolean} holds which test files are its
 * @property {number} atOnce files run side by side
 * @property {number} testWithinMs
 * @property {boolean} needsRoot
 */

const KERNEL_PACKAGES = /^packages\/(libbpf|libdw|bpf-programs)\//
const MINUTE_MS = 60_000

/** @param {string} path */
const isKernel = (path) => KERNEL_PACKAGES.test(path) || path.endsWith('.kernel.test.ts')

/** Tests by what they need, cheapest first. @type {readonly Group[]} */
export const groups = [
  { name: 'unit', holds: (path) => !path.startsWith('e2e/') && !isKernel(path), atOnce: 2, testWithinMs: MINUTE_MS, needsRoot: false },
  { name: 'kernel', holds: (path) => !path.startsWith('e2e/') && isKernel(path), atOnce: 1, testWithinMs: 2 * MINUTE_MS, needsRoot: true },
  { name: 'e2e', holds: (path) => path.startsWith('e2e/') && !path.startsWith('e2e/journeys/'), atOnce: 1, testWithinMs: 10 * MINUTE_MS, needsRoot: true },
  { name: 'journeys', holds: (path) => path.startsWith('e2e/journeys/'), atOnce: 1, testWithinMs: 5 * MINUTE_MS, needsRoot: true },
]

/**
 * The test files of a group, all or those below given paths.
 * @param {string} root
 * @param {Group} group
 * @param {readonly string[]} below
 */
export function testFiles(root, group, below) {
  const wanted = below.map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''))
  return filesOf(root, (path) => /\.test\.tsx?$/.test(path) && group.holds(path) && isBelow(path, wanted))
}

/**
 * @param {string} path
 * @param {readonly string[]} wanted
 */
function isBelow(path, wanted) {
  return wanted.length === 0 || wanted.some((one) => path === one || path.startsWith(`${one}/`))
}

/**
 * Runs test files on Node's runner. A runner that died without counts is one failure.
 * @param {string} root
 * @param {Group} group
 * @param {readonly string[]} files
 * @returns {Promise<import('./tally.mjs').Counts>}
 */
export async function runTests(root, group, files) {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-test-'))
  const countsFile = join(directory, 'counts.json')
  const args = ['--test', `--test-concurrency=${group.atOnce}`, `--test-timeout=${group.testWithinMs}`, '--test-reporter', join(root, 'scripts/checks/reporter.mjs'), ...files]
  const env = { ...toolEnvironment(root), SONDE_TEST_COUNTS: countsFile, SONDE_TEST_EACH: group.atOnce === 1 ? '1' : '0' }
  try {
    const status = await ended(spawn(nodeOf(root), args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }))
    if (!existsSync(countsFile)) return { passed: 0, failed: 1, skipped: 0 }
    const counts = JSON.parse(readFileSync(countsFile, 'utf8'))
    // Such as a file that fails outside its tests.
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  return new Promise((resolve) => {
    /** The runner ends its tests, and is counted as failed. @param {NodeJS.Signals} signal */
    const passOn = (signal) => child.kill(signal)
    process.on('SIGINT', passOn).on('SIGTERM', passOn)
    /** @param {number} status */
    const settle = (status) => {
      process.off('SIGINT', passOn).off('SIGTERM', passOn)
      resolve(status)
    }
    child.once('error', () => settle(127))
    child.once('close', (code) => settle(code ?? 128))
  })
}
