import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { formatInstant } from '@sonde/shared/units'
import { createApi } from './api/app.ts'
import { Listener, type Pages } from './api/listener.ts'
import { createTopics } from './api/topics.ts'
import { ingestSocket, StartProblem, webDirectory, type WebConfig } from './config.ts'
import { OwnCost } from './health/own-cost.ts'
import { OwnLosses } from './health/own-losses.ts'
import { Hub } from './hub/hub.ts'
import { Living } from './hub/living.ts'
import { LiveSession } from './hub/live-session.ts'
import { Traffic } from './hub/traffic.ts'
import { IngestServer, SocketInUseError } from './ingest/server.ts'
import { loadPages } from './pages.ts'
import type { QueryContext } from './query/index.ts'
import { Recovery } from './recovery.ts'
import { DuckDbStore } from './store/duckdb/duckdb-store.ts'
import { StoreOpenError } from './store/duckdb/connections.ts'
import { People } from './store/people.ts'
import type { StoreState } from './store/store.ts'

const TICK_MS = 1000
/** The stream of this process's own rows. */
const OWN_STREAM = 'web'
const LISTEN_FIXES: Readonly<Record<string, string>> = { EADDRINUSE: 'stop what listens there, or choose another with SONDE_LISTEN=127.0.0.1:PORT', EACCES: 'choose a port from 1024 on with SONDE_LISTEN=127.0.0.1:PORT' }

export interface WebOptions {
  readonly version: string
  /** A line for the log: something went wrong that nobody can be answered about. */
  log(error: unknown): void
  /** The store cannot write any more, or can again. */
  onStored(problem: StoreState['problem']): void
}

const wallNow = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n

/** The whole web process, as an object: made, started, stopped. */
export class Web {
  private readonly config: WebConfig
  private readonly options: WebOptions
  private readonly startedAt = wallNow()
  private readonly losses = new OwnLosses()
  private readonly cost = new OwnCost()
  private readonly listener: Listener
  private context: QueryContext | undefined
  private pages: Pages | undefined
  private hub: Hub | undefined
  private ingest: IngestServer | undefined
  private store: DuckDbStore | undefined
  private people: People | undefined
  private recovery: Recovery | undefined
  private timer: NodeJS.Timeout | undefined
  private ownSequence = 0

  constructor(config: WebConfig, options: WebOptions) {
    this.config = config
    this.options = options
    const { log, version } = options
    const api = createApi({ version, startedAt: formatInstant(this.startedAt), context: () => this.context, log })
    this.listener = new Listener({ api, log, pages: () => this.pages, onLive: () => this.hub && ((socket) => new LiveSession(socket, this.hub!, this.topics)) })
  }

  private readonly topics = createTopics(() => this.context!, (error) => this.options.log(error))

  get url(): string {
    return `http://${this.config.address.includes(':') ? `[${this.config.address}]` : this.config.address}:${this.listener.port}`
  }

  /** How the last run ended, if not well. */
  get lastRun(): string | undefined {
    return this.recovery?.sentence
  }

  get hasPages(): boolean {
    return this.pages !== undefined
  }

  /** Listens at once (answering 503), then opens the stores, takes collectors, and loads the pages. @throws StartProblem */
  async start(): Promise<void> {
    this.prepareDirectories()
    await this.listen()
    const living = new Living(this.losses)
    const traffic = new Traffic(wallNow())
    await this.openStores()
    const store = this.store!
    const people = this.people!
    this.ownSequence = await store.committed(OWN_STREAM)
    this.recovery = new Recovery(store, this.losses, wallNow)
    this.hub = new Hub({ topics: this.topics, living, traffic, now: wallNow, onAttention: (probe, watched) => this.ingest?.attend(probe, watched) })
    this.ingest = new IngestServer({ store, hub: this.hub, living, losses: this.losses, now: wallNow, onHost: (host) => this.onHost(host) })
    await this.takeCollectors(this.ingest)
    this.context = {
      store, people, living, traffic, version: this.options.version, startedAt: this.startedAt, now: wallNow,
      cost: () => this.cost.now,
      problems: () => [...this.recovery!.problems(), ...(store.state().problem ? [store.state().problem!] : [])],
      control: (host, probe, enabled) => this.ingest!.control(host, probe, enabled),
    }
    this.timer = setInterval(() => this.tick(), TICK_MS)
    if (!this.config.apiOnly) this.pages = await loadPages(this.listener.server, this.config.address, this.listener.port)
  }

  /** Keeps telemetry so long, and so much of it, from now on. */
  retain({ retentionMs, retentionBytes }: Pick<WebConfig, 'retentionMs' | 'retentionBytes'>): void {
    this.store?.retain(retentionMs, retentionBytes)
  }

  /** Stops taking, commits, checkpoints. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.ingest?.close()
    this.tick()
    this.hub?.close()
    await Promise.all([this.store?.close(), this.people?.close(), this.listener.close()])
  }

  private prepareDirectories(): void {
    const directory = webDirectory(this.config)
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new StartProblem(`Sonde cannot write its data directory ${directory}`, message(error), `give it to the user this runs as, or set SONDE_DATA_DIR to another`)
    }
  }

  private async listen(): Promise<void> {
    const { address, port } = this.config
    try {
      await this.listener.listen(address, port)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ''
      throw new StartProblem(code === 'EADDRINUSE' ? `Port ${port} is in use` : `Sonde cannot listen on ${address}:${port}`, message(error), LISTEN_FIXES[code] ?? 'choose another address with SONDE_LISTEN')
    }
  }

  private async openStores(): Promise<void> {
    const directory = webDirectory(this.config)
    try {
      this.store = await DuckDbStore.open({ ...this.config, directory, now: wallNow }, {
        onCommitted: (stream, sequence) => this.ingest?.onCommitted(stream, sequence),
        onState: (state) => {
          this.options.onStored(state.problem)
          if (state.state === 'failing') this.ingest?.refuseAll(state.problem?.detail ?? 'the store cannot write')
        },
      })
      this.people = new People(join(directory, 'sonde.db'))
    } catch (error) {
      if (error instanceof StoreOpenError) throw new StartProblem('Sonde cannot open its store', error.message, error.fix)
      throw new StartProblem('Sonde cannot open its database', message(error), `look at ${directory}; move it away to begin anew`)
    }
  }

  private async takeCollectors(ingest: IngestServer): Promise<void> {
    const path = ingestSocket(this.config)
    try {
      await ingest.listen(path)
    } catch (error) {
      if (error instanceof SocketInUseError) throw new StartProblem(`Another Sonde takes collectors at ${path}`, 'Its socket answers.', 'stop it, or give this one its own SONDE_DATA_DIR')
      throw new StartProblem(`Sonde cannot make its socket ${path}`, message(error), 'give the directory to the user this runs as; a path of a socket has at most 107 bytes')
    }
  }

  private async onHost(host: { readonly id: string; readonly name: string; readonly kernel: string }): Promise<ReadonlyMap<string, boolean>> {
    await this.people!.hostSeen(host, new Date())
    return this.people!.probeSwitches(host.id)
  }

  /** Every second: own cost, own losses as rows. */
  private tick(): void {
    this.cost.sample()
    this.recovery?.tick()
    const store = this.store
    if (!store || store.state().state === 'failing') return
    const rows = this.losses.take(wallNow())
    if (!rows) return
    this.hub?.accept('', 'append', rows)
    const taken = store.append({ host: '', stream: OWN_STREAM, sequence: ++this.ownSequence, rows })
    if (taken !== 'taken') this.options.log(new Error(`${rows.rowCount} rows about losses were not stored: the store is ${taken}`))
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))
