/**
 * A real Prometheus scrapes a real Sonde: exact counts through its query API, exemplars that lead to traces, and every
 * query of every dashboard in deploy/grafana with data.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { sendExactly, type ExactLoad, type ExactResult } from '../workloads/exact-client.ts'
import { startNginxProxy } from '../workloads/nginx.ts'
import { startNode } from '../workloads/node.ts'
import { startPython } from '../workloads/python.ts'
import type { Workload } from '../workloads/workload.ts'
import { BusyGroup, LimitedHost } from './control-groups.ts'
import { dashboards, expanded, shown } from './dashboards.ts'
import { checkMetrics, Prometheus, type Sample } from './prometheus.ts'

const PORTS = { sonde: 28763, metrics: 28764, prometheus: 28790, node: 28783, python: 28784, nginx: 28781, nobody: 28799 }
const PATIENCE_MS = 60_000
const REQUESTS = 6000
const LOAD: ExactLoad = {
  port: PORTS.nginx, requests: REQUESTS, threads: 2,
  kinds: [{ method: 'GET', path: '/ok', weight: 6 }, { method: 'HEAD', path: '/ok' }, { method: 'GET', path: '/item/%d', weight: 3 }, { method: 'GET', path: '/missing' }, { method: 'GET', path: '/fail' }],
}

let sonde: RunningSonde
let prometheus: Prometheus
const workloads: Workload[] = []
let bustle: Bustle
let busyGroup: BusyGroup | undefined
let limitedHost: LimitedHost

before(async () => {
  workloads.push(await startNode(PORTS.node), await startPython(PORTS.python), await startNginxProxy(PORTS.nginx, { '/': `http://127.0.0.1:${PORTS.node}` }))
  bustle = new Bustle()
  busyGroup = BusyGroup.start()
  limitedHost = await LimitedHost.start()
  sonde = await startSonde({
    port: PORTS.sonde,
    environment: { SONDE_PROMETHEUS_LISTEN: `127.0.0.1:${PORTS.metrics}`, SONDE_PROBES_ON: 'syscall_latency,run_queue_latency,block_io,cpu_profile' },
  })
  prometheus = await Prometheus.start(PORTS.prometheus, { sonde: `127.0.0.1:${PORTS.metrics}`, limited: limitedHost.address })
})

after(async () => {
  await bustle?.stop()
  await busyGroup?.stop()
  await prometheus?.stop()
  await sonde?.stop()
  await limitedHost?.stop()
  for (const workload of workloads.toReversed()) await workload.stop()
})

/** What goes on beside the requests that are counted: other requests, refused connections, writes to a disk. */
class Bustle {
  private isOver = false
  private readonly directory = mkdtempSync('/var/tmp/sonde-bustle-') // /tmp may be memory
  private readonly work = Promise.all([this.ask(), this.write()])

  async stop(): Promise<void> {
    this.isOver = true
    await this.work
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async ask(): Promise<void> {
    while (!this.isStopped()) {
      await sendExactly({ port: PORTS.python, requests: 20, kinds: [{ method: 'GET', path: '/ok' }, { method: 'GET', path: '/fail' }], pauseUs: 2000, close: true })
      await refused(PORTS.nobody)
    }
  }

  private async write(): Promise<void> {
    const file = await open(join(this.directory, 'bytes'), 'w')
    const block = Buffer.alloc(65_536, 'x')
    while (!this.isStopped()) {
      await file.write(block, 0, block.length, 0)
      await file.datasync()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await file.close()
  }

  /** A property would seem to stay as it was. */
  private isStopped(): boolean {
    return this.isOver
  }
}

function refused(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = () => {
      socket.destroy()
      resolve()
    }
    socket.once('error', done).once('connect', done)
  })
}

/** What Sonde calls the server on a port. */
async function serviceOn(port: number): Promise<string> {
  const { pid } = workloads.find((workload) => workload.port === port)!
  const ask = async () => (await sonde.get<{ processes: { pid: number; service: string }[] }>('processes?limit=10000')).processes.find((one) => one.pid === pid)?.service ?? ''
  const service = await until(ask, (name) => name !== '', PATIENCE_MS)
  assert.notEqual(service, '', `the process on port ${port} has no service`)
  return service
}

/** Waits for the number that a query should come to, and holds it to that. */
async function holds(expression: string, wanted: number): Promise<void> {
  assert.equal(await until(() => prometheus.number(expression), (value) => value >= wanted, PATIENCE_MS), wanted, expression)
}

function statuses({ counts }: ExactResult): Map<number, number> {
  const found = new Map<number, number>()
  for (const { status, count } of counts) found.set(status, (found.get(status) ?? 0) + count)
  return found
}

test('what a client sent is what Prometheus has, at each end and between', async () => {
  const [nginx, node] = [await serviceOn(PORTS.nginx), await serviceOn(PORTS.node)]
  const result = await sendExactly(LOAD)
  assert.deepEqual([result.answered, result.failed], [REQUESTS, 0], result.error)
  const byStatus = statuses(result)
  assert.deepEqual([...byStatus.keys()].sort(), [200, 404, 500])
  const [server, client] = ['http_server_request_duration_seconds', 'http_client_request_duration_seconds']
  for (const [status, count] of byStatus) {
    const of = `http_response_status_code="${status}"`
    await holds(`sum(${server}_count{service_name="${nginx}",${of}})`, count)
    await holds(`sum(${server}_count{service_name="${node}",${of}})`, count)
    await holds(`sum(${client}_count{service_name="${nginx}",${of}})`, count)
    await holds(`sum(${client}_count{${of},server_port="${PORTS.nginx}",service_name!="${nginx}"})`, count)
  }
  await holds(`sum(${server}_bucket{service_name="${nginx}",le="+Inf"})`, REQUESTS)
  await holds(`count(count by (job, instance) (${server}_count{job="${nginx}"}))`, 1)
  await holds(`sum(${server}_count{service_name="${nginx}"} * on (job, instance) group_left (host_name) target_info)`, REQUESTS)
  const failed = REQUESTS - byStatus.get(200)!
  await holds(`sum(traces_service_graph_request_total{client="${nginx}",server="${node}"})`, REQUESTS)
  await holds(`sum(traces_service_graph_request_failed_total{client="${nginx}",server="${node}"})`, failed)
  await holds(`sum(traces_service_graph_request_server_seconds_count{client="${nginx}",server="${node}"})`, REQUESTS)
  await holds(`sum(traces_service_graph_request_client_seconds_count{client="${nginx}",server="${node}"})`, REQUESTS)
  await holds(`sum(traces_service_graph_request_total{server="${nginx}"})`, REQUESTS)
})

test('an exemplar leads to its trace', async () => {
  const selector = `http_server_request_duration_seconds_bucket{service_name="${await serviceOn(PORTS.nginx)}"}`
  const found = await until(() => prometheus.traceIds(selector), (ids) => ids.length > 0, PATIENCE_MS)
  assert.match(found[0] ?? '', /^[0-9a-f]{32}$/)
  const ask = async () => (await sonde.get<{ spans: { role: string }[] }>(`traces/${found[0]}`)).spans.map(({ role }) => role).sort()
  assert.deepEqual(await until(ask, (roles) => roles.length >= 2, PATIENCE_MS), ['client', 'server'])
})

test('a control group’s CPU time is the kernel’s, from when it was first seen', async (t) => {
  if (!busyGroup) return t.skip('control groups (v2) are not mounted here, or not writable')
  const ask = () => prometheus.number(`sonde_cgroup_cpu_time_seconds_total{cgroup="${busyGroup!.path}"}`)
  const seconds = await until(ask, (value) => value > 0, 2 * PATIENCE_MS)
  const most = busyGroup.cpuSeconds()
  assert.ok(seconds > 0 && seconds <= most, `${seconds} s of ${most} s`)
})

test('memory, limit, throttling and kills of control groups, as they were told', async () => {
  const of = '{instance!="",cgroup="/limited.slice"}'
  await holds(`sonde_cgroup_memory_usage_bytes${of} / on (instance, cgroup) sonde_cgroup_memory_limit_bytes${of}`, 0.75)
  await holds(`sonde_cgroup_throttled_time_seconds_total${of} / sonde_cgroup_cpu_time_seconds_total${of}`, 0.5)
  await holds(`sonde_cgroup_oom_kills_total${of} / (2 * sonde_cgroup_cpu_time_seconds_total${of})`, 1)
})

test('promtool has nothing against it, in either format, and the exporter says that it works', async () => {
  const url = `http://127.0.0.1:${PORTS.metrics}/metrics`
  const text = await (await fetch(url)).text()
  assert.ok(text.includes('\nsonde_probe_attached{probe="exchange"} 1\n'))
  assert.equal(await checkMetrics(text), '')
  const openMetrics = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } })
  assert.match(openMetrics.headers.get('content-type')!, /^application\/openmetrics-text; version=1\.0\.0/)
  await holds('up{job="sonde"}', 1)
  const { exporters } = await sonde.get<{ exporters: { name: string; state: string; sent: number; dropped: number; lastError: string | null }[] }>('exporters')
  const { state, sent, dropped, lastError } = exporters.find(({ name }) => name === 'prometheus')!
  assert.deepEqual({ state, dropped, lastError }, { state: 'connected', dropped: 0, lastError: null })
  assert.ok(sent >= 4 * REQUESTS, `${sent} rows`)
})

const isShown = (samples: readonly Sample[]) => samples.some(({ value }) => Number.isFinite(value))

for (const dashboard of dashboards()) {
  test(`every query of ${dashboard.file} has data`, async () => {
    assert.ok(shown(dashboard).length > 10)
    for (const { title, datasource, targets } of shown(dashboard)) {
      assert.equal(datasource.uid, '${datasource}', title)
      assert.ok(targets.length > 0, title)
      for (const { expr } of targets) {
        const samples = await until(() => prometheus.query(expanded(expr)), isShown, PATIENCE_MS)
        assert.ok(isShown(samples), `${title}: ${expanded(expr)} gives ${JSON.stringify(samples.slice(0, 3))}`)
      }
    }
    for (const { type, definition = '' } of dashboard.templating.list) {
      if (type !== 'query') continue
      const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? []
      const values = await prometheus.labelValues(label!, selector!)
      assert.ok(values.length > 0, definition)
    }
  })
}
