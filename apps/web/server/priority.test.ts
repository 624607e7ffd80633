import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

interface Seen {
  readonly niceness: readonly number[]
  /** Undefined on a kernel without them. */
  readonly autogroup?: string
}

/** What a process that gives way finds of itself. */
function givingWay(ownSession: boolean): Seen {
  const script = `
    import { existsSync, readdirSync, readFileSync } from 'node:fs'
    import { getPriority } from 'node:os'
    import { stat } from 'node:fs/promises'
    import { giveWay } from ${JSON.stringify(join(import.meta.dirname, 'priority.ts'))}
    giveWay()
    await stat('/')
    const niceness = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
    process.stdout.write(JSON.stringify({ niceness, autogroup: existsSync('/proc/self/autogroup') ? readFileSync('/proc/self/autogroup', 'latin1') : undefined }))`
  const node = [process.execPath, '--input-type=module', '-e', script]
  const [program, ...args] = ownSession ? ['setsid', '--wait', ...node] : node
  return JSON.parse(execFileSync(program!, args, { encoding: 'utf8' })) as Seen
}

test('every thread of the process gives way, those started later and its session', () => {
  const { niceness, autogroup } = givingWay(true)
  assert.ok(niceness.length > 4)
  assert.deepEqual([...new Set(niceness)], [5])
  if (autogroup !== undefined) assert.match(autogroup, /nice 5$/m)
})

test('a session that it shares with other programs is left as it is', () => {
  const before = existsSync('/proc/self/autogroup') ? readFileSync('/proc/self/autogroup', 'latin1') : undefined
  const { niceness, autogroup } = givingWay(false)
  assert.deepEqual([...new Set(niceness)], [5])
  assert.equal(autogroup, before)
})
