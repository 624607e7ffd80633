import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute } from '../workloads/workload.ts'

const READY_WITHIN_MS = 60_000
const SCRAPE_EVERY = '1s'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus that scrapes an address a job. */
export class Prometheus {
  private readonly url: string
  private readonly child: ChildProcess
  private readonly directory: string
  private said = ''

  private constructor(port: number, child: ChildProcess, directory: string) {
    this.url = `http://127.0.0.1:${port}`
    this.child = child
    this.directory = directory
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes: Buffer) => (this.said += bytes.toString()))
  }

  static async start(port: number, jobs: Readonly<Record<string, string>>): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'sonde-prometheus-'))
    const config = join(directory, 'prometheus.yml')
    const lines = Object.entries(jobs).map(([job, target]) => `  - { job_name: ${job}, honor_labels: true, scrape_interval: ${SCRAPE_EVERY}, scrape_timeout: ${SCRAPE_EVERY}, static_configs: [{ targets: ['${target}'] }] }\n`)
    writeFileSync(config, `scrape_configs:\n${lines.join('')}`)
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${directory}/data`, `--web.listen-address=127.0.0.1:${port}`, '--enable-feature=exemplar-storage']
    const prometheus = new Prometheus(port, spawn('/usr/bin/prometheus', args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] }), directory)
    try {
      await prometheus.ready()
    } catch (error) {
      await prometheus.stop()
      throw error
    }
    return prometheus
  }

  /** An instant query; throws with what it says of one it doesn't understand. */
  async query(expression: string): Promise<Sample[]> {
    const { resultType, result } = await this.ask<{ resultType: string; result: readonly { metric: Record<string, string>; value: [number, string] }[] | [number, string] }>('query', { query: expression })
    if (resultType === 'scalar') return [{ labels: {}, value: Number(result[1]) }]
    return (result as readonly { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }

  /** One number; NaN while there is none. */
  async number(expression: string): Promise<number> {
    const samples = await this.query(expression)
    return samples.length === 1 ? samples[0]!.value : Number.NaN
  }

  /** Trace ids of the exemplars that a selector's series have. */
  async traceIds(selector: string): Promise<string[]> {
    const now = Date.now() / 1000
    const found = await this.ask<{ exemplars: { labels: { trace_id: string } }[] }[]>('query_exemplars', { query: selector, start: String(now - 3600), end: String(now + 60) })
    return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id))
  }

  /** The names that a label has, for `label_values(metric, label)` as Grafana asks it. */
  async labelValues(label: string, selector: string): Promise<string[]> {
    return this.ask(`label/${label}/values`, { 'match[]': selector })
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve))
      this.child.kill('SIGTERM')
      const impatience = setTimeout(() => this.child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(impatience)
    }
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async ask<T>(what: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${what}?${new URLSearchParams(parameters)}`)
    const answer = (await response.json()) as { status: string; error?: string; data: T }
    if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error}: ${parameters.query}`)
    return answer.data
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS
    for (;;) {
      const answers = await fetch(`${this.url}/-/ready`).then((response) => response.ok, () => false)
      if (answers) return
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`Prometheus is not ready:\n${this.said}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** What `promtool check metrics` says of a scrape; '' if it has nothing against it. */
export async function checkMetrics(text: string): Promise<string> {
  const checked = execute('/usr/bin/promtool', ['check', 'metrics'])
  checked.child.stdin!.end(text)
  const { stdout, stderr } = await checked.catch((error: Error & { stdout: string; stderr: string }) => ({ stdout: error.stdout, stderr: error.stderr || error.message }))
  return `${stdout}${stderr}`.trim()
}
