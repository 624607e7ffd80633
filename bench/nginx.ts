/**
 * What Sonde costs the programs it watches: nginx under wrk at full speed, and a server that works 1 ms a request,
 * with Sonde's default probes against none and against a bpftrace script; wrk, server, collector, web and store share
 * this machine's cores. Prints interleaved ratios with quartiles and writes bench/results/nginx.json.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ended, startNginx, startWorkingServer, wrkRate } from './load.ts'
import { cpuUs, formatQuartiles, interleave, machine, MemoryWatch, quartiles, type Configuration } from './measure.ts'
import { startSonde } from '../e2e/running/sonde.ts'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log('bench/nginx.ts [--rounds 7] [--seconds 4]   what Sonde costs nginx and a 1 ms service')
  process.exit(0)
}
const rounds = Number(flags.rounds)
const seconds = Number(flags.seconds)

const perExchange = { collectorUs: [] as number[], webUs: [] as number[] }
const peaks = { collectorBytes: 0, webBytes: 0 }
const lost: number[] = []

/** By then V8 has compiled what runs for every request, and Sonde costs what it costs for the rest of its life. */
const WARM_UP_SECONDS = 3

/** Sonde with its defaults, warmed up by the load at `url`; notes its own CPU and memory while the load runs. */
const sonde = (url: string, connections: number): Configuration => ({
  name: 'sonde',
  start: async () => {
    const running = await startSonde({ port: 17663 })
    await wrkRate(url, connections, WARM_UP_SECONDS)
    await settled(running.url)
    const pids = { collector: running.find('apps/collector/src/main.ts'), web: running.find('apps/web/server/main.ts') }
    const warm = await seen(running.url)
    const before = { collector: cpuUs(pids.collector), web: cpuUs(pids.web) }
    const memory = new MemoryWatch(pids)
    return async () => {
      await settled(running.url)
      const totals = await seen(running.url)
      const exchanges = totals.exchanges - warm.exchanges
      const { collector = 0, web = 0 } = memory.end()
      if (exchanges > 0) {
        perExchange.collectorUs.push((cpuUs(pids.collector) - before.collector) / exchanges)
        perExchange.webUs.push((cpuUs(pids.web) - before.web) / exchanges)
      }
      lost.push(totals.lost)
      for (const { where, reason, count } of totals.losses) console.log(`    lost: ${where}: ${reason} ${count}`)
      peaks.collectorBytes = Math.max(peaks.collectorBytes, collector)
      peaks.webBytes = Math.max(peaks.webBytes, web)
      await running.stop()
    }
  },
})

/** The same job as a syscall histogram in bpftrace's own words: hist by process and syscall. */
const bpftrace: Configuration = {
  name: 'bpftrace',
  start: async () => {
    const script =
      'BEGIN { printf("ready\\n"); } tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; } tracepoint:raw_syscalls:sys_exit /@start[tid]/ { @[pid, args->id] = hist(nsecs - @start[tid]); delete(@start[tid]); }'
    // It looks for tracefs at one place: mounted there for it alone.
    const mounted = 'mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing; exec bpftrace -B line -e "$0"'
    const child = spawn('unshare', ['-m', 'sh', '-c', mounted, script], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => text.includes('ready') && resolve())
      child.once('exit', (code) => reject(new Error(`bpftrace ended with ${code}`)))
    })
    return () => ended(child, 'SIGINT')
  },
}

const SETTLED_WITHIN_SECONDS = 180

/** Resolves when nothing waits on its way to the store; a figure from before that would lay work to nobody. */
async function settled(url: string): Promise<void> {
  let queued = Infinity
  for (let waited = 0; waited < SETTLED_WITHIN_SECONDS; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const { exporters } = (await (await fetch(`${url}/api/v1/exporters`)).json()) as { exporters: { name: string; queued: number }[] }
    queued = exporters.find(({ name }) => name === 'hub')?.queued ?? 0
    if (queued < 1000) return
  }
  throw new Error(`${queued} rows still wait for the store after ${SETTLED_WITHIN_SECONDS} s: nothing can be said of this round`)
}

async function seen(url: string): Promise<{ exchanges: number; lost: number; losses: { where: string; reason: string; count: number }[] }> {
  const get = async (path: string) => (await fetch(`${url}/api/v1/${path}`)).json() as Promise<{ total: number; losses: { where: string; reason: string; count: number }[] }>
  const [servers, losses] = await Promise.all([get('requests?role=server&limit=1&from=now-1h'), get('losses?from=now-1h')])
  return { exchanges: servers.total, lost: losses.total, losses: losses.losses }
}

const report: Record<string, unknown> = { machine: machine(), seconds }
const nginx = await startNginx(18881)
console.log('nginx, return 200, wrk -t1 -c16, full speed')
const full = await interleave([sonde(nginx.url, 16), bpftrace], rounds, () => wrkRate(nginx.url, 16, seconds), console.log)
await nginx.stop()
report.nginxFullSpeed = full
// At full speed: where Sonde mostly idles, its clockwork would be laid to few exchanges.
const atFullSpeed = { collectorUs: quartiles(perExchange.collectorUs), webUs: quartiles(perExchange.webUs) }
report.collectorUsPerExchange = atFullSpeed.collectorUs
report.webUsPerExchange = atFullSpeed.webUs
report.lostPerRound = lost.slice()

const worker = await startWorkingServer(18882, 1000)
console.log('a server that works 1 ms a request, wrk -t1 -c1')
const working = await interleave([sonde(worker.url, 1)], rounds, () => wrkRate(worker.url, 1, seconds), console.log)
await worker.stop()
report.workingServer = working
report.peakMemory = peaks

for (const [name, { baseRate, results }] of [['nginx at full speed', full], ['1 ms a request', working]] as const) {
  console.log(`\n${name}: base ${Math.round(baseRate.median)} requests a second`)
  for (const result of results) {
    console.log(`  ${result.name.padEnd(10)} ratio ${formatQuartiles(result.ratio)}, adds ${formatQuartiles(result.addedCoreUs, 2)} core-µs a request`)
  }
}
console.log(`collector ${formatQuartiles(atFullSpeed.collectorUs, 2)} µs, web ${formatQuartiles(atFullSpeed.webUs, 2)} µs CPU an exchange seen at both ends, at full speed`)
console.log(`peak memory: collector ${(peaks.collectorBytes / 1e6).toFixed(0)} MB, web ${(peaks.webBytes / 1e6).toFixed(0)} MB; lost a round: ${lost.join(", ")}`)
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/nginx.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`)
