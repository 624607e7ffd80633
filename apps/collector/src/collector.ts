import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import type { HealthReport, TableBatch } from '@sonde/shared/signal'
import type { FrameMode } from '@sonde/shared/wire'
import type { Announcer } from './announce.ts'
import type { Config } from './config.ts'
import { loadOtlp, openExporters, type Exporter, type OpenOtlp } from './exporters/index.ts'
import { HeapSaving } from './health/heap-saving.ts'
import type { Host } from './health/host.ts'
import type { Losses } from './health/losses.ts'
import { QuietCollection } from './health/quiet-collection.ts'
import { Health } from './health/report.ts'
import { WebCost } from './health/web-cost.ts'
import { createModel, type Model } from './model/index.ts'
import { peerNames } from './peer-names.ts'
import type { Reloadable, SwitchedExporter } from './reload.ts'
import type { Source, SourceOptions } from './source.ts'
import { createStreams, ProfileStream, type Streams } from './streams/index.ts'

const TICK_MS = 50
const REPORT_MS = 1000
/** Shorter than the supervisor's patience (2.8 s) by what spooling to disk may take. */
const FLUSH_MS = 1500
/** What a recording held comes once: a web process that is only just starting is waited for. */
const REPLAYED_FLUSH_MS = 120_000
/** For the last samples to get their names. */
const SETTLE_MS = 500

export interface CollectorOptions {
  readonly config: Config
  readonly losses: Losses
  readonly host: Host
  readonly version: string
  /** The collector's own folder. */
  readonly dataDirectory: string
  readonly announcer: Announcer
  readonly openSource: (options: SourceOptions) => Source
  /** What `loadOtlp` gave. */
  readonly openOtlp: OpenOtlp | undefined
}

/** The collector as its data flows: kernel (or a recording) → model → streams → exporters. */
export class Collector implements Reloadable {
  private readonly source: Source
  private readonly model: Model
  private readonly streams: Streams
  private readonly profiles: ProfileStream
  private exporters: readonly Exporter[]
  private readonly health: Health
  private readonly quiet = new QuietCollection(() => {
    // By --expose-gc (scripts/supervisor). In this flavour V8 also moves what lives together and gives back what is empty.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    this.source.releaseMemory?.()
  })
  private readonly saving = new HeapSaving({
    setSaving: (saves) => setFlagsFromString(saves ? '--memory-saver-mode' : '--no-memory-saver-mode'),
    trim: () => this.source.releaseMemory?.(),
  })
  private readonly announcer: Announcer
  private readonly options: CollectorOptions
  private readonly timers: readonly NodeJS.Timeout[]
  private ending: Promise<void> | undefined
  private readonly hurry = Promise.withResolvers<void>()

  /** Throws `ConfigError` or `ExporterConfigError`. */
  constructor(options: CollectorOptions) {
    const { config, losses, host, version, announcer } = options
    this.announcer = announcer
    this.options = options
    this.source = options.openSource({ config, losses, host, version, observe: (o) => this.model.apply(o), onProblem: (problem) => announcer.problem(problem) })
    this.profiles = new ProfileStream({ symbols: this.source.symbols, wallOffset: () => this.source.wallOffset(), losses, emit: (batch) => this.accept(batch, 'append') })
    this.model = createModel({
      // A recording holds addresses and no names: its stacks are left out.
      profiles: this.source.symbols && this.profiles,
      losses,
      isOwn: (pid) => this.source.isOwn(pid),
      peerNames: peerNames(config.peers, readHosts()),
      sink: {
        request: (request) => this.streams.request(request),
        connection: (connection, at) => this.streams.connection(connection, at),
        listener: (listener, at) => this.streams.listener(listener, at),
        dropped: (dropped) => this.streams.dropped(dropped),
        process: (process, at) => this.streams.process(process, at),
        serviceUsage: (usage) => this.streams.serviceUsage(usage),
        measured: (measured, process) => this.streams.measured(measured, process),
        host: (used) => this.streams.host(used),
      },
    })
    this.streams = createStreams({ wallOffset: () => this.source.wallOffset(), losses, emit: (batch, mode) => this.accept(batch, mode), reusesBatches: true })
    this.exporters = this.openExporters(options)
    this.health = this.watchHealth(options)
    this.timers = [setInterval(() => this.tick(), TICK_MS), setInterval(() => this.report(), REPORT_MS)]
    announcer.ready(this.source.probes())
    for (const problem of this.source.problems()) announcer.problem(problem)
  }

  /** Stops watching, hands everything on, ends the exporters. A second call is answered like the first, and hurries it. */
  close(): Promise<void> {
    if (!this.ending) this.ending = this.end(FLUSH_MS)
    else setTimeout(this.hurry.resolve, FLUSH_MS)
    return this.ending
  }

  /** As `close`, without a hurry: what was watched is over. */
  finish(): Promise<void> {
    this.ending ??= this.end(REPLAYED_FLUSH_MS)
    return this.ending
  }

  setEnabled(probe: string, enabled: boolean): void {
    this.source.setEnabled(probe, enabled)
  }

  setRules(rules: Config['services']): void {
    this.source.setRules(rules)
  }

  setPeers(peers: Config['peers']): void {
    this.model.setPeerNames(peerNames(peers, readHosts()))
  }

  /** Ends one exporter, which first sends what it holds, and begins it anew. */
  async reopen(name: SwitchedExporter, config: Config): Promise<void> {
    const before = this.exporters.find((exporter) => exporter.name === name)
    this.exporters = this.exporters.filter((exporter) => exporter !== before)
    await before?.flush(FLUSH_MS)
    await before?.close()
    const { hub, exporters } = config
    const off = <T extends object>(one: SwitchedExporter, settings: T) => (one === name ? settings : { ...settings, enabled: false })
    const alone: Config = { ...config, hub: { ...hub, enabled: false }, exporters: { ...exporters, otlp: off('otlp', exporters.otlp), prometheus: off('prometheus', exporters.prometheus) } }
    const openOtlp = await loadOtlp(alone.exporters.otlp, process.env)
    this.exporters = [...this.exporters, ...this.openExporters({ ...this.options, openOtlp, config: alone })]
  }

  private tick(): void {
    const now = this.source.now()
    this.source.tick(now)
    this.model.tick(now)
    this.streams.tick(now)
  }

  private report(): void {
    const report = this.health.report()
    this.quiet.second(report.cost.cpuCores)
    this.saving.second(getHeapStatistics().used_heap_size)
    for (const problem of report.problems) this.announcer.problem(problem)
    for (const exporter of this.exporters) exporter.report?.(report)
  }

  /** For a reader that begins. */
  private snapshot(): void {
    this.profiles.tellAnew()
    this.streams.snapshot(this.model.snapshot(this.source.now()))
  }

  private accept(batch: TableBatch, mode: FrameMode): void {
    for (const exporter of this.exporters) exporter.accept(batch, mode)
  }

  private openExporters({ config, losses, host, version, dataDirectory, openOtlp }: CollectorOptions): Exporter[] {
    const { hub, exporters } = config
    return openExporters(
      {
        host, version, dataDirectory, openOtlp,
        hub: hub.enabled ? { ...hub, url: hub.url ?? `ws+unix:${join(config.dataDir, 'run/ingest.sock')}:/ingest` } : undefined,
        otlp: exporters.otlp.enabled ? exporters.otlp : undefined,
        prometheus: exporters.prometheus.enabled ? exporters.prometheus : undefined,
        snapshot: () => this.snapshot(),
        onControl: (probe, enabled) => this.source.setEnabled(probe, enabled),
        onAttention: (probe, watched) => this.source.attend(probe, watched),
      },
      losses,
    )
  }

  private watchHealth({ config, host, version }: CollectorOptions): Health {
    const web = new WebCost(Number(process.env.SONDE_SUPERVISOR_PID))
    return new Health({
      host,
      version,
      memoryCeilingBytes: config.memory.ceilingBytes,
      wallNow: () => this.source.wallOffset() + BigInt(Math.round(this.source.now())),
      probes: () => this.source.probes(),
      exporters: () => [...this.exporters.map((exporter) => exporter.health()), ...[this.source.recording()].filter((one) => one !== undefined)],
      problems: () => [...this.source.problems(), ...this.exporters.flatMap((exporter) => exporter.problems?.() ?? [])],
      bounds: () => Object.assign({}, this.model.bounds(), this.profiles.bounds(), this.source.bounds(), ...this.exporters.map((exporter) => exporter.bounds?.())) as HealthReport['bounds'],
      clock: () => this.source.clock(),
      addedNsPerRequest: () => this.source.addedNsPerRequest(),
      webCost: (nowMs) => web.measure(nowMs),
      costWindows: () => this.source.costWindows(),
    })
  }

  private async end(flushMs: number): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    await this.source.close()
    const recorded = this.source.recorded()
    if (recorded) this.announcer.recorded(recorded)
    const now = this.source.now()
    this.model.drain(now)
    await this.profiles.settle(SETTLE_MS)
    await this.source.symbols?.close()
    this.streams.flush(now)
    this.report()
    await Promise.all(this.exporters.map(async (exporter) => {
      await Promise.race([exporter.flush(flushMs), this.hurry.promise])
      await exporter.close()
    }))
  }
}

/** /etc/hosts; '' on a machine that has none. */
function readHosts(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
