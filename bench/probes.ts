/**
 * What each probe alone, the defaults and all probes together cost: a loop of getppid, a ping-pong through pipes, nginx
 * under wrk at full speed, redis-benchmark without pipelining, and a server that works 1 ms a request; with the whole of
 * Sonde on the same cores. Prints interleaved ratios of speed with quartiles and writes bench/results/probes.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { probes } from '@sonde/bpf-programs'
import { startSonde } from '../e2e/running/sonde.ts'
import { startNginx, startRedis, startWorkingServer, wrkRate } from './load.ts'
import { buildLoops } from './loops.ts'
import { formatQuartiles, machine, quartiles, type Quartiles } from './measure.ts'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log('bench/probes.ts [--rounds 5] [--seconds 2] [--only TEXT]   what each probe, the defaults and all together cost')
  process.exit(0)
}
const seconds = Number(flags.seconds)
const names = probes.map(({ name }) => name)
/** Nothing is attributed without processes: every configuration has them. */
const BASIS = 'process_lifecycle'

const alone = names.filter((name) => name !== BASIS).map((name) => ({ name: `${name} alone`, on: [BASIS, name] }))
const configurations = [...alone, { name: 'the defaults', on: undefined }, { name: 'all probes', on: names }].filter(({ name }) => name.includes(flags.only))

const loops = buildLoops()
const nginx = await startNginx(18891)
const redis = await startRedis(18892)
const working = await startWorkingServer(18893, 1000)

/** A whole round of the probes that listen for a second in ten, so that a loop meets what it meets all day. */
const ROUND_MS = 10_000
const WITHOUT_MS = 1000

/** Speed of each load: turns or requests a second; the two loops run for so many milliseconds. */
const LOADS: Readonly<Record<string, (ms: number) => Promise<number>>> = {
  getppid: async (ms) => 1e9 / loops.run('getppid', ms),
  'ping-pong': async (ms) => 1e9 / loops.run('pipe', ms),
  nginx: () => wrkRate(nginx.url, 16, seconds),
  redis: () => redis.rate(seconds),
  'a 1 ms service': () => wrkRate(working.url, 1, seconds),
}

async function speeds(ms: number): Promise<Record<string, number>> {
  const measured: Record<string, number> = {}
  for (const [name, load] of Object.entries(LOADS)) measured[name] = await load(ms)
  return measured
}

async function withSonde(on: readonly string[] | undefined): Promise<Record<string, number>> {
  const environment = on && { SONDE_PROBES_ON: on.join(','), SONDE_PROBES_OFF: names.filter((name) => !on.includes(name)).join(',') }
  const sonde = await startSonde({ port: 18894, environment: { SONDE_PROMETHEUS_LISTEN: '127.0.0.1:0', ...environment } })
  try {
    return await speeds(ROUND_MS)
  } finally {
    await sonde.stop()
  }
}

const ratios = new Map<string, number[]>()
let before = await speeds(WITHOUT_MS)
for (let round = 1; round <= Number(flags.rounds); round++) {
  for (const { name, on } of configurations) {
    const during = await withSonde(on)
    const after = await speeds(WITHOUT_MS)
    for (const load of Object.keys(LOADS)) {
      const key = `${name}: ${load}`
      ratios.set(key, [...(ratios.get(key) ?? []), during[load]! / ((before[load]! + after[load]!) / 2)])
    }
    before = after
    console.log(`  round ${round} ${name}: ${Object.keys(LOADS).map((load) => `${load} ${ratios.get(`${name}: ${load}`)!.at(-1)!.toFixed(3)}`).join(', ')}`)
  }
}
for (const load of [nginx, redis, working]) await load.stop()
loops.remove()

const results: Record<string, Record<string, Quartiles>> = {}
for (const { name } of configurations) {
  console.log(`\n${name}`)
  results[name] = {}
  for (const load of Object.keys(LOADS)) {
    results[name][load] = quartiles(ratios.get(`${name}: ${load}`)!)
    console.log(`  ${load.padEnd(16)} ${formatQuartiles(results[name][load])}`)
  }
}
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/probes.json', import.meta.url), `${JSON.stringify({ machine: machine(), seconds, results }, null, 2)}\n`)
