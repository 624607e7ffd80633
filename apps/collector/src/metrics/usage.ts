import type { TableBatch } from '@sonde/shared/signal'
import { CGROUP, DEVICE, HOST, PROCESS } from './catalogue.ts'
import { Cells } from './cells.ts'
import { attributeText, serviceText, type Metric } from './metric.ts'
import { Numbers } from './numbers.ts'
import type { SeriesLimits } from './series.ts'

const READ = { 'disk.io.direction': 'read' }
const WRITE = { 'disk.io.direction': 'write' }
const RECEIVE = { 'network.io.direction': 'receive' }
const TRANSMIT = { 'network.io.direction': 'transmit' }

/** What services, the host, its devices and its control groups use. */
export class UsageMetrics {
  private readonly numbers: Numbers
  private readonly tables: Readonly<Record<string, (cells: Cells) => void>> = {
    service_usage: (cells) => this.service(cells),
    host_usage: (cells) => this.host(cells),
    device_usage: (cells) => (cells.text('device') === 'disk' ? this.disk(cells) : this.network(cells)),
    cgroup_usage: (cells) => this.cgroup(cells),
  }

  constructor(limits: SeriesLimits, onOverflow: () => void) {
    const all = [PROCESS, HOST, DEVICE, CGROUP].flatMap((catalogue) => Object.values(catalogue))
    this.numbers = new Numbers(Object.fromEntries(all.map((descriptor) => [descriptor.name, descriptor])), limits, onOverflow)
  }

  accept(batch: TableBatch): void {
    const take = this.tables[batch.schema.name]
    if (!take) return
    const cells = new Cells(batch)
    for (; cells.row < batch.rowCount; cells.row++) take(cells)
  }

  metrics(): Iterable<Metric> {
    return this.numbers.metrics()
  }

  clearCounters(): void {
    this.numbers.clearCounters()
  }

  forgetBefore(seconds: number): void {
    this.numbers.forgetBefore(seconds)
  }

  private service(cells: Cells): void {
    const service = serviceText(cells.text('service'))
    const at = cells.seconds('time')
    this.numbers.add(PROCESS.cpuTime, service, cells.seconds('cpuNs'))
    this.numbers.set(PROCESS.memory, service, cells.number('residentBytes'), at)
    this.numbers.set(PROCESS.processes, service, cells.number('processCount'), at)
  }

  private host(cells: Cells): void {
    const { numbers } = this
    const at = cells.seconds('time')
    for (const [mode, column] of CPU_MODES) numbers.add(HOST.cpuTime, '', cells.seconds(column), { 'cpu.mode': mode })
    for (const [resource, stall, column] of PRESSURE) numbers.add(HOST.pressure, '', cells.seconds(column), { resource, stall })
    numbers.add(HOST.contextSwitches, '', cells.number('contextSwitches'))
    numbers.add(HOST.created, '', cells.number('forks'))
    for (const [descriptor, column] of HOST_STATES) numbers.set(descriptor, '', cells.number(column), at)
    const total = cells.number('memoryTotalBytes')
    numbers.set(HOST.memory, '', total - cells.number('memoryAvailableBytes'), at, { 'system.memory.state': 'used' })
    numbers.set(HOST.memory, '', cells.number('memoryCachedBytes'), at, { 'system.memory.state': 'cached' })
    const swapUsed = cells.number('swapUsedBytes')
    numbers.set(HOST.swap, '', swapUsed, at, { 'system.paging.state': 'used' })
    numbers.set(HOST.swap, '', cells.number('swapTotalBytes') - swapUsed, at, { 'system.paging.state': 'free' })
    numbers.set(HOST.threads, '', cells.number('threads'), at, { state: 'all' })
    numbers.set(HOST.threads, '', cells.number('runnable'), at, { state: 'runnable' })
  }

  private disk(cells: Cells): void {
    const { numbers } = this
    const device = { 'system.device': attributeText(cells.text('name')) }
    numbers.add(DEVICE.diskIo, '', cells.number('readBytes'), { ...device, ...READ })
    numbers.add(DEVICE.diskIo, '', cells.number('writtenBytes'), { ...device, ...WRITE })
    numbers.add(DEVICE.diskOperations, '', cells.number('reads'), { ...device, ...READ })
    numbers.add(DEVICE.diskOperations, '', cells.number('writes'), { ...device, ...WRITE })
    numbers.add(DEVICE.diskBusy, '', cells.seconds('busyNs'), device)
    numbers.add(DEVICE.diskWait, '', cells.seconds('waitNs'), device)
  }

  private network(cells: Cells): void {
    const { numbers } = this
    const device = { 'network.interface.name': attributeText(cells.text('name')) }
    numbers.add(DEVICE.networkIo, '', cells.number('readBytes'), { ...device, ...RECEIVE })
    numbers.add(DEVICE.networkIo, '', cells.number('writtenBytes'), { ...device, ...TRANSMIT })
    numbers.add(DEVICE.networkPackets, '', cells.number('reads'), { ...device, ...RECEIVE })
    numbers.add(DEVICE.networkPackets, '', cells.number('writes'), { ...device, ...TRANSMIT })
    numbers.add(DEVICE.networkErrors, '', cells.number('errors'), device)
    numbers.add(DEVICE.networkDrops, '', cells.number('drops'), device)
  }

  private cgroup(cells: Cells): void {
    const { numbers } = this
    const at = cells.seconds('time')
    const cgroup = { cgroup: attributeText(cells.text('cgroup')) }
    numbers.add(CGROUP.cpuTime, '', cells.seconds('cpuNs'), cgroup)
    numbers.add(CGROUP.throttledTime, '', cells.seconds('throttledNs'), cgroup)
    numbers.add(CGROUP.oomKills, '', cells.number('oomKills'), cgroup)
    for (const resource of ['cpu', 'memory', 'io']) numbers.add(CGROUP.pressure, '', cells.seconds(`${resource}SomeNs`), { ...cgroup, resource })
    const [memory, limit] = [cells.number('memoryBytes'), cells.number('memoryLimitBytes')]
    if (memory >= 0) numbers.set(CGROUP.memory, '', memory, at, cgroup)
    if (limit >= 0) numbers.set(CGROUP.memoryLimit, '', limit, at, cgroup)
  }
}

const CPU_MODES = [['user', 'userNs'], ['system', 'systemNs'], ['interrupt', 'interruptNs'], ['steal', 'stealNs'], ['iowait', 'ioWaitNs'], ['idle', 'idleNs']] as const
const PRESSURE = [
  ['cpu', 'some', 'cpuSomeNs'], ['memory', 'some', 'memorySomeNs'], ['memory', 'full', 'memoryFullNs'], ['io', 'some', 'ioSomeNs'], ['io', 'full', 'ioFullNs'],
] as const
const HOST_STATES = [
  [HOST.cpus, 'cpus'], [HOST.load1, 'load1'], [HOST.load5, 'load5'], [HOST.load15, 'load15'],
  [HOST.memoryLimit, 'memoryTotalBytes'], [HOST.memoryAvailable, 'memoryAvailableBytes'],
] as const
