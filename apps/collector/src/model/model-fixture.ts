import type { ProcessDescribed } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import type { ModelSink } from './changes.ts'
import { createModel, type Model, type ModelOptions } from './model.ts'
import type { Request } from './request.ts'

/** A request as tests read it. */
export interface SeenRequest {
  readonly role: string
  readonly service: string
  readonly peer: string
  readonly protocol: string
  readonly line: string
  readonly status: number
  readonly error: boolean
  readonly requestBytes: number
  readonly responseBytes: number
  readonly sequence: number
  readonly request: Request
}

export interface Watched {
  readonly model: Model
  readonly losses: Losses
  readonly requests: SeenRequest[]
  /** `state service → peer` of each change of a connection. */
  readonly connections: string[]
  /** `service address:port queue/limit drops`. */
  readonly listeners: string[]
  readonly processes: string[]
  readonly usage: string[]
  /** `where: reason` → count, of counters that aren't 0. */
  lost(): Record<string, number>
}

/** A model whose changes are written down. Processes 100 (`shop`) and 200 (`browser`) are known unless `bare`. */
export function watched(options: Partial<ModelOptions> & { bare?: boolean } = {}): Watched {
  const requests: SeenRequest[] = []
  const connections: string[] = []
  const listeners: string[] = []
  const processes: string[] = []
  const usage: string[] = []
  const losses = new Losses()
  const sink: ModelSink = {
    request: (request) => requests.push(seen(request)),
    connection: (c) => connections.push(`${c.state} ${c.process?.label.text ?? '?'} ${c.role === 'server' ? '←' : '→'} ${c.peerLabel.text}`),
    process: (p) => processes.push(`${p.pid} ${p.comm.text} ${p.service} ${p.exitedAt ? `exited ${p.exitCode}` : 'runs'}`),
    listener: (l) => listeners.push(`${l.process?.label.text ?? '?'} ${l.address}:${l.port} ${l.queueLength}/${l.queueLimit} drops ${l.drops}${l.closedAt ? ' closed' : ''}`),
    dropped: () => {},
    measured: () => {},
    host: () => {},
    serviceUsage: (u) => usage.push(`${u.service} ${u.cpuNs} ${u.residentBytes} ${u.processCount}`),
  }
  const model = createModel({ losses, isOwn: () => false, peerNames: () => undefined, sink, ...options })
  if (!options.bare) {
    model.apply(described(100, 'shop'))
    model.apply(described(200, 'browser'))
    processes.length = 0
  }
  return {
    model, losses, requests, connections, listeners, processes, usage,
    lost: () => Object.fromEntries([...losses.all()].filter((loss) => loss.count > 0).map((loss) => [`${loss.where}: ${loss.reason}`, loss.count])),
  }
}

export function described(pid: number, service: string, more: Partial<ProcessDescribed> = {}): ProcessDescribed {
  return {
    kind: 'process-described', at: 1e6, pid, startedAt: pid * 1e3, service, serviceKind: 'process', namedBy: 'executable', comm: `${service}d`,
    commandLine: `/usr/bin/${service}`, user: 'www', container: '', unit: '', cgroup: '/', ...more,
  }
}

function seen(request: Request): SeenRequest {
  const copy = Object.create(Object.getPrototypeOf(request), Object.getOwnPropertyDescriptors(request)) as Request
  return {
    role: request.connection.role, service: request.service.text, peer: request.peer.text, protocol: request.protocol.text,
    line: `${request.method.text} ${request.target.text}`, status: request.status, error: request.error,
    requestBytes: request.requestBytes, responseBytes: request.responseBytes, sequence: request.sequence, request: copy,
  }
}
