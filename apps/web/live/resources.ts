/** Answers of the API as views read them; `/api/v1/openapi.json` describes them in full. Instants are RFC 3339. */

export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface TrafficFigures {
  readonly requestCount: number
  readonly requestRate: number
  readonly errorCount: number
  /** 0–1 */
  readonly errorRate: number
  readonly durationNs: Percentiles
}

export interface Service extends TrafficFigures {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly protocol: string | null
  readonly hosts: readonly string[]
  /** What it asks of others; the figures beside are of what it is asked. */
  readonly client: TrafficFigures
  readonly cpuCores: number | null
  readonly processCount: number
}

export interface Services {
  readonly services: readonly Service[]
  readonly total: number
}

type Points = readonly (number | null)[]

export interface ServiceSeries {
  readonly service: string
  readonly role: 'server' | 'client'
  readonly requestRate: Points
  readonly errorCount: Points
  readonly p50: Points
  readonly p95: Points
  readonly p99: Points
}

export interface ServicesSeries {
  readonly times: readonly string[]
  readonly stepNs: number
  readonly series: readonly ServiceSeries[]
}

export interface Process {
  readonly pid: number
  readonly parentPid: number
  readonly service: string | null
  readonly serviceKind: string | null
  readonly comm: string
  readonly commandLine: string
  readonly user: string
  readonly container: string | null
  readonly unit: string | null
  readonly cgroup: string | null
  readonly startedAt: string
  readonly exitedAt: string | null
  readonly exitCode: number | null
  /** null, as are CPU and memory: it was never sampled. */
  readonly threads: number | null
  readonly cpuCores: number | null
  readonly residentBytes: number | null
  readonly host: string
}

export interface Processes {
  readonly processes: readonly Process[]
  readonly total: number
}

export interface Probe {
  readonly name: string
  readonly host: string
  readonly sees: string
  readonly hooks: readonly string[]
  readonly losesWhenOff: string
  readonly enabled: boolean
  readonly state: 'attached' | 'off' | 'refused' | 'partial'
  readonly reason: string
  readonly records: number
  readonly recordsPerSecond: number
  readonly lost: number
  readonly nsPerRun: number | null
  readonly runs: number | null
  readonly cpuShare: number | null
  /** Of a probe that listens now and then: its share of the time, lately. */
  readonly observedShare?: number | null
  readonly addedNsPerRequest: number | null
  /** What it adds to a request is at most that. */
  readonly addedIsAtMost: boolean
  readonly ringFill: number
}

/** What the probes add to a service, estimated over the last minute. */
export interface AddedToService {
  readonly host: string
  readonly service: string
  readonly requestRate: number
  readonly exchangeRate: number
  readonly addedNsPerRequest: number | null
  readonly addedNsPerSecond: number
  readonly addedNsPerSecondByProbe: Readonly<Record<string, number>>
}

/** When the kernel counts what programs cost. */
export interface CostWindows {
  readonly host: string
  readonly forNs: number
  readonly everyNs: number
  readonly isOpen: boolean
  readonly lastAt: string | null
  readonly nextAt: string
}

export interface Probes {
  readonly probes: readonly Probe[]
  readonly total: number
  /** Most first. */
  readonly services: readonly AddedToService[]
  readonly costWindows: readonly CostWindows[]
}

export interface Exporter {
  readonly name: string
  readonly host: string
  readonly state: 'connected' | 'connecting' | 'spooling' | 'failing' | 'off'
  readonly sent: number
  readonly dropped: number
  readonly queued: number
  readonly lastError: string | null
}

export interface Exporters {
  readonly exporters: readonly Exporter[]
  readonly total: number
}

export interface Loss {
  readonly where: string
  readonly reason: string
  readonly count: number
  readonly affects: string
  readonly lastAt: string
}

export interface Losses {
  readonly losses: readonly Loss[]
  /** The sum of all counts. */
  readonly total: number
}

export interface Problem {
  readonly what: string
  readonly detail: string
  readonly fix: string
}

interface Cost {
  readonly cpuCores: number
  readonly memoryBytes: number
}

export interface Status {
  readonly time: string
  readonly status: 'ok' | 'degraded'
  readonly requestRate: number
  readonly lost: number
  /** From a request's last byte to its arrival at the web process. */
  readonly lagNs: { readonly p50: number; readonly p95: number } | null
  readonly sonde: Cost & { readonly web: Cost; readonly collectors: Cost }
  readonly addedNsPerRequest: number | null
  readonly hosts: readonly Pick<Host, 'id' | 'name' | 'connected' | 'lastSeenAt' | 'startedAt'>[]
  /** Open now, and those of them whose bytes no protocol here reads. */
  readonly connections: { readonly open: number; readonly undecoded: number }
  readonly problems: readonly Problem[]
  readonly store: { readonly state: 'ok' | 'failing'; readonly pendingBytes: number; readonly pendingLimitBytes: number; readonly memoryLimit: string; readonly segmentCount: number; readonly segmentBytes: number; readonly rowCount: Readonly<Record<string, number>> }
}

export interface Host {
  readonly id: string
  readonly name: string
  readonly connected: boolean
  readonly lastSeenAt: string
  readonly kernel: string
  readonly label: string | null
  /** Since when its collector has been running; null if it isn't connected. */
  readonly startedAt: string | null
  readonly version: string | null
  readonly btf: boolean | null
  readonly cpus: number | null
  readonly memoryBytes: number | null
  readonly clock: { readonly stepNs: number; readonly driftNs: number } | null
  readonly bounds: Readonly<Record<string, readonly [now: number, limit: number]>>
  readonly cost: { readonly cpuCores: number; readonly memoryBytes: number; readonly memoryCeilingBytes: number; readonly addedNsPerRequest: number | null } | null
}

export interface Hosts {
  readonly hosts: readonly Host[]
  readonly total: number
}

export interface RequestGroups {
  readonly groups: readonly {
    readonly key: Readonly<Record<string, string | number | boolean | null>>
    readonly requestCount: number
    readonly points: readonly { readonly time: string; readonly requestCount: number; readonly errorCount: number; readonly durationNs: Percentiles; readonly totalNs: number }[]
  }[]
  readonly total: number
}
