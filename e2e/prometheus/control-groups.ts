import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CGROUP_USAGE } from '@sonde/shared/signal'
import { Losses } from '../../apps/collector/src/health/losses.ts'
import { openPrometheus, type PrometheusExporter } from '../../apps/collector/src/exporters/prometheus/index.ts'
import { batchOf } from '../../apps/collector/src/metrics/test-batches.ts'

const TELLS_EVERY_MS = 1000
/** A tenth of a CPU: beside it others are timed. */
const COMPUTES = 'setInterval(() => { const end = performance.now() + 5; while (performance.now() < end); }, 50)'
const GROUP = '/limited.slice'

/** A control group of this host's, with a program that computes. */
export class BusyGroup {
  readonly path = `/sonde-e2e-${process.pid}`
  private readonly directory: string
  private readonly child: ChildProcess

  private constructor(mount: string) {
    this.directory = join(mount, this.path)
    mkdirSync(this.directory)
    this.child = spawn(process.execPath, ['-e', COMPUTES], { stdio: 'ignore' })
    writeFileSync(join(this.directory, 'cgroup.procs'), String(this.child.pid))
  }

  /** Undefined where control groups (v2) are not mounted, or not ours to make. */
  static start(): BusyGroup | undefined {
    const mount = /^\S+ (\S+) cgroup2 rw/m.exec(readFileSync('/proc/mounts', 'latin1'))?.[1]
    return mount === undefined ? undefined : new BusyGroup(mount)
  }

  /** As the kernel counts it. */
  cpuSeconds(): number {
    return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(this.directory, 'cpu.stat'), 'latin1'))![1]) / 1e6
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await gone
    rmdirSync(this.directory)
  }
}

/** The exporter itself, on another host: one whose control groups have limits and the memory controller, as not every kernel that runs tests has. */
export class LimitedHost {
  private readonly exporter: PrometheusExporter
  private readonly timer: NodeJS.Timeout

  private constructor(exporter: PrometheusExporter) {
    this.exporter = exporter
    this.tell()
    this.timer = setInterval(() => this.tell(), TELLS_EVERY_MS)
  }

  static async start(): Promise<LimitedHost> {
    const context = { host: { id: 'limited', name: 'limited', kernel: '6.12' }, version: '0', dataDirectory: '/nonexistent', losses: new Losses(), snapshot: () => undefined, onControl: () => undefined, onAttention: () => undefined }
    const exporter = openPrometheus({ listen: '127.0.0.1:0' }, context)!
    await exporter.flush(60_000)
    return new LimitedHost(exporter)
  }

  get address(): string {
    return `127.0.0.1:${this.exporter.port}`
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.exporter.close()
  }

  /** Half a CPU, a quarter of the time held back, 300 of 400 MB. */
  private tell(): void {
    const time = BigInt(Date.now()) * 1_000_000n
    const row = { time, cgroup: GROUP, cpuNs: 5e8, throttledNs: 2.5e8, memoryBytes: 3e8, memoryLimitBytes: 4e8, oomKills: 1, memorySomeNs: 1e8 }
    this.exporter.accept(batchOf(CGROUP_USAGE, [row]))
  }
}
