import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const PORTS = { collectorGrpc: 23201, collectorHttp: 23202, jaegerGrpc: 23203, jaegerHttp: 23204, jaegerQuery: 23205, jaegerQueryGrpc: 23206 }

const COLLECTOR = (received: string) => `
receivers:
  otlp: {protocols: {grpc: {endpoint: "127.0.0.1:${PORTS.collectorGrpc}"}, http: {endpoint: "127.0.0.1:${PORTS.collectorHttp}"}}}
exporters:
  file: {path: "${received}", format: json, flush_interval: 100ms}
  otlp_grpc/jaeger: {endpoint: "127.0.0.1:${PORTS.jaegerGrpc}", tls: {insecure: true}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [file, otlp_grpc/jaeger]}
    metrics: {receivers: [otlp], exporters: [file]}
`

const JAEGER = `
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines: {traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry: {metrics: {level: none}, logs: {level: warn}}
extensions:
  jaeger_storage: {backends: {memory: {memory: {max_traces: 100000}}}}
  jaeger_query:
    storage: {traces: memory}
    http: {endpoint: "127.0.0.1:${PORTS.jaegerQuery}"}
    grpc: {endpoint: "127.0.0.1:${PORTS.jaegerQueryGrpc}"}
receivers:
  otlp: {protocols: {grpc: {endpoint: "127.0.0.1:${PORTS.jaegerGrpc}"}, http: {endpoint: "127.0.0.1:${PORTS.jaegerHttp}"}}}
exporters: {jaeger_storage_exporter: {trace_storage: memory}}
`

/** A program that runs until it is stopped. Its output goes to a file named in errors. */
export class System {
  readonly name: string
  readonly log: string
  private readonly child: ChildProcess

  constructor(name: string, command: readonly string[], options: { folder: string; env?: NodeJS.ProcessEnv }) {
    this.name = name
    this.log = join(options.folder, `${name}.log`)
    const log = openSync(this.log, 'w')
    this.child = spawn(command[0]!, command.slice(1), { cwd: options.folder, env: options.env ?? process.env, stdio: ['ignore', log, log] })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Waits until `isReady`; throws with the end of its log if it ends before or takes too long. */
  async ready(isReady: () => Promise<boolean>, seconds = 60): Promise<this> {
    const deadline = Date.now() + seconds * 1000
    while (!(await isReady())) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        const end = (await readFile(this.log, 'utf8')).slice(-2000)
        throw new Error(`${this.name} ${this.child.exitCode === null ? `isn't ready after ${seconds} s` : `ended with ${this.child.exitCode}`}; ${this.log}:\n${end}`)
      }
      await sleep(100)
    }
    return this
  }

  /** Waits for it to end by itself; throws if it fails or takes too long. */
  async ended(seconds: number): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), seconds * 1000)
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit')
    clearTimeout(timer)
    if (this.child.exitCode !== 0) throw new Error(`${this.name} ended with ${this.child.exitCode ?? this.child.signalCode}; see ${this.log}`)
  }

  /** SIGTERM, and SIGKILL after five seconds. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  }
}

/** True if something answers at the address, whatever it says. */
export async function answers(url: string): Promise<boolean> {
  return fetch(url).then(() => true, () => false)
}

export interface Partners {
  readonly collector: System
  readonly jaeger: System
  /** JSON lines of all that reached the collector. */
  readonly received: string
}

/** The OpenTelemetry Collector, which writes down what it gets and passes it on, and the Jaeger it passes it on to. */
export async function startPartners(programs: { otelcol: string; jaeger: string }, folder: string): Promise<Partners> {
  await mkdir(folder, { recursive: true })
  const received = join(folder, 'received.jsonl')
  await rm(received, { force: true })
  await writeFile(join(folder, 'jaeger.yaml'), JAEGER)
  await writeFile(join(folder, 'otelcol.yaml'), COLLECTOR(received))
  const jaeger = new System('jaeger', [programs.jaeger, '--config', 'jaeger.yaml'], { folder })
  try {
    await jaeger.ready(() => answers(`http://127.0.0.1:${PORTS.jaegerQuery}/api/services`))
    const collector = new System('otelcol', [programs.otelcol, '--config', 'otelcol.yaml'], { folder })
    try {
      await collector.ready(() => answers(`http://127.0.0.1:${PORTS.collectorHttp}/v1/traces`))
      return { collector, jaeger, received }
    } catch (error) {
      await collector.stop()
      throw error
    }
  } catch (error) {
    await jaeger.stop()
    throw error
  }
}
