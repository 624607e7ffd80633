import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

test('every thread of the process gives way, and those started later', () => {
  const script = `
    import { readdirSync } from 'node:fs'
    import { getPriority } from 'node:os'
    import { stat } from 'node:fs/promises'
    import { giveWay } from ${JSON.stringify(join(import.meta.dirname, 'priority.ts'))}
    giveWay()
    await stat('/')
    process.stdout.write(JSON.stringify(readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))))`
  const priorities = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })) as number[]
  assert.ok(priorities.length > 4)
  assert.deepEqual([...new Set(priorities)], [5])
})
