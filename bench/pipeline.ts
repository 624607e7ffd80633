/**
 * User space alone: records decoded into rows (µs a record), rows appended to the store (rows a second), and what questions
 * take over 10 million stored requests, recent and sealed. Prints them and writes bench/results/pipeline.json.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine } from './measure.ts'

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '10000000' }, help: { type: 'boolean', default: false } } })
if (flags.help) {
  console.log('bench/pipeline.ts [--rows 10000000]   decoding, storing and querying')
  process.exit(0)
}

const root = join(import.meta.dirname, '..')
const output = (script: string, ...args: string[]) => execFileSync(process.execPath, [join(root, script), ...args], { encoding: 'utf8', maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n')

const decoding = output('apps/collector/src/streams/streams.bench.ts')
for (const line of decoding) console.log(line)
const storing = output('apps/web/server/store/append.bench.ts', flags.rows).map((line) => JSON.parse(line) as { what: string; ms: number })
for (const { what, ms, ...more } of storing) console.log(`${what.padEnd(52)} ${ms} ms ${JSON.stringify(more)}`)
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/pipeline.json', import.meta.url), `${JSON.stringify({ machine: machine(), rows: Number(flags.rows), decoding, storing }, null, 2)}\n`)
