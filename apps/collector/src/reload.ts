import { probes } from '@sonde/bpf-programs'
import { changesBetween, describeChanges, type Change, type Config } from '@sonde/shared/configuration'
import { ConfigError } from './config.ts'
import { ExporterConfigError } from './exporters/index.ts'

/** Exporters that hold nothing over their end. */
const SWITCHED = ['otlp', 'prometheus'] as const
export type SwitchedExporter = (typeof SWITCHED)[number]

/** What can be set while it runs. */
export interface Reloadable {
  setEnabled(probe: string, enabled: boolean): void
  setRules(rules: Config['services']): void
  setPeers(peers: Config['peers']): void
  /** Ends an exporter and begins it anew, or not. Throws `ExporterConfigError`. */
  reopen(exporter: SwitchedExporter, config: Config): Promise<void>
}

export interface ReloaderOptions {
  /** What applies now. */
  readonly config: Config
  /** Reads it again. Throws `ConfigError`. */
  readonly read: () => Config
  readonly target: Reloadable
  readonly onNotice: (text: string) => void
}

/** SIGHUP: reads the configuration again, applies what can be applied, says what cannot. One that isn't understood changes nothing. */
export class Reloader {
  private config: Config
  private readonly options: ReloaderOptions
  private last: Promise<void> = Promise.resolve()

  constructor(options: ReloaderOptions) {
    this.options = options
    this.config = options.config
  }

  /** One after the other, however fast they are asked for. */
  reload(): Promise<void> {
    this.last = this.last.then(() => this.once())
    return this.last
  }

  private async once(): Promise<void> {
    const { read, onNotice } = this.options
    let next: Config
    try {
      next = read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return onNotice(`the configuration was read again and is not understood, so nothing changed: ${error.mistakes.map(({ what, fix }) => `${what} (${fix})`).join('; ')}`)
    }
    const changes = changesBetween(this.config, next).filter(({ path }) => path[0] !== 'web')
    this.config = next
    await this.apply(next, changes.filter(({ reloads }) => reloads))
    onNotice(describeChanges(changes))
  }

  private async reopen(exporter: SwitchedExporter, config: Config): Promise<void> {
    try {
      await this.options.target.reopen(exporter, config)
    } catch (error) {
      if (!(error instanceof ExporterConfigError)) throw error
      this.options.onNotice(`${exporter} is off: ${error.message}`)
    }
  }

  private async apply(config: Config, changes: readonly Change[]): Promise<void> {
    const { target } = this.options
    for (const { path: [section, name = ''], to } of changes.filter(({ path }) => path[0] === 'probes')) {
      if (section === 'probes') target.setEnabled(name, typeof to === 'boolean' ? to : (probes.find((probe) => probe.name === name)?.enabledByDefault ?? true))
    }
    const changed = (section: string) => changes.some(({ path }) => path[0] === section)
    if (changed('services')) target.setRules(config.services)
    if (changed('peers')) target.setPeers(config.peers)
    for (const exporter of SWITCHED) if (changes.some(({ path }) => path[0] === 'exporters' && path[1] === exporter)) await this.reopen(exporter, config)
  }
}
