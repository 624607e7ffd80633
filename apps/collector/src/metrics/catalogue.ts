import type { MetricDescriptor, MetricKind } from './metric.ts'

const metric = (name: string, kind: MetricKind, unit: string, description: string): MetricDescriptor => ({ name, kind, unit, description })
const total = (name: string, unit: string, description: string): MetricDescriptor => ({ name, kind: 'counter', unit, description, isTotal: true })

/** Of services: what their processes use. OpenTelemetry's `process.*`, summed over a service's processes, for they are one instance. */
export const PROCESS = {
  cpuTime: metric('process.cpu.time', 'counter', 's', 'CPU time of the service’s processes, while Sonde ran.'),
  memory: metric('process.memory.usage', 'updown', 'By', 'Resident memory of the service’s processes.'),
  processes: metric('sonde.service.processes', 'updown', '{process}', 'Processes of the service.'),
} as const

/** Of the host. OpenTelemetry's `system.*`; load as its Collector names it; the rest has no convention. Sums count since Sonde started. */
export const HOST = {
  cpuTime: metric('system.cpu.time', 'counter', 's', 'CPU time of all CPUs, by what it was spent on.'),
  cpus: metric('sonde.host.cpus', 'updown', '{cpu}', 'Logical CPUs.'),
  load1: metric('system.cpu.load_average.1m', 'gauge', '{thread}', 'Load average of 1 minute.'),
  load5: metric('system.cpu.load_average.5m', 'gauge', '{thread}', 'Load average of 5 minutes.'),
  load15: metric('system.cpu.load_average.15m', 'gauge', '{thread}', 'Load average of 15 minutes.'),
  memory: metric('system.memory.usage', 'updown', 'By', 'Memory that is not available to new programs (used), and page cache and buffers (cached).'),
  memoryLimit: metric('system.memory.limit', 'updown', 'By', 'Memory of the host.'),
  memoryAvailable: metric('system.memory.linux.available', 'updown', 'By', 'Memory that new programs can have without swapping, as the kernel estimates it.'),
  swap: metric('system.paging.usage', 'updown', 'By', 'Swap space.'),
  pressure: metric('sonde.host.pressure.time', 'counter', 's', 'Time in which some, or all, threads waited for a resource (pressure stall information).'),
  contextSwitches: metric('sonde.host.context_switches', 'counter', '{switch}', 'Context switches of all CPUs.'),
  created: metric('system.process.created', 'counter', '{process}', 'Processes and threads that were made.'),
  threads: metric('sonde.host.threads', 'updown', '{thread}', 'Threads there are (all), and those that run or could run (runnable).'),
} as const

/** Of disks and network interfaces. The kernel counts errors and drops of an interface in both directions; here they are one. */
export const DEVICE = {
  diskIo: metric('system.disk.io', 'counter', 'By', 'Bytes read from and written to disks.'),
  diskOperations: metric('system.disk.operations', 'counter', '{operation}', 'Requests that disks completed.'),
  diskBusy: metric('system.disk.io_time', 'counter', 's', 'Time in which a disk had something to do.'),
  diskWait: metric('system.disk.operation_time', 'counter', 's', 'Time that requests to a disk took, summed.'),
  networkIo: metric('system.network.io', 'counter', 'By', 'Bytes through network interfaces.'),
  networkPackets: metric('system.network.packet.count', 'counter', '{packet}', 'Packets through network interfaces.'),
  networkErrors: metric('system.network.errors', 'counter', '{error}', 'Errors of network interfaces.'),
  networkDrops: metric('system.network.packet.dropped', 'counter', '{packet}', 'Packets that network interfaces dropped.'),
} as const

export const CGROUP = {
  cpuTime: metric('sonde.cgroup.cpu.time', 'counter', 's', 'CPU time of a control group.'),
  throttledTime: metric('sonde.cgroup.throttled.time', 'counter', 's', 'Time a control group was held back by its CPU limit.'),
  memory: metric('sonde.cgroup.memory.usage', 'updown', 'By', 'Memory of a control group.'),
  memoryLimit: metric('sonde.cgroup.memory.limit', 'updown', 'By', 'Memory a control group may have.'),
  oomKills: metric('sonde.cgroup.oom_kills', 'counter', '{kill}', 'Processes killed for want of memory.'),
  pressure: metric('sonde.cgroup.pressure.time', 'counter', 's', 'Time in which some threads of a control group waited for a resource.'),
} as const

export const TCP = {
  opened: metric('sonde.tcp.connections.opened', 'counter', '{connection}', 'TCP connections that were opened or found open, by the service’s role.'),
  failed: metric('sonde.tcp.connections.failed', 'counter', '{connection}', 'TCP connections that failed, by what happened.'),
  live: metric('sonde.tcp.connections.live', 'updown', '{connection}', 'TCP connections that are open.'),
  io: metric('sonde.tcp.io', 'counter', 'By', 'Payload bytes of TCP connections.'),
  retransmits: metric('sonde.tcp.retransmits', 'counter', '{segment}', 'TCP segments sent again.'),
  connect: metric('sonde.tcp.connect.duration', 'histogram', 's', 'Time from SYN to established, of connections that a service opened.'),
} as const

/** What the kernel counted while it was listened to; `listened` over `elapsed` is the share of the time that was. */
export const MEASURED = {
  syscall: metric('sonde.syscall.duration', 'histogram', 's', 'Durations of system calls, of those seen while listening.'),
  syscallErrors: metric('sonde.syscall.errors', 'counter', '{error}', 'System calls that failed, of those seen while listening.'),
  runQueue: metric('sonde.run_queue.duration', 'histogram', 's', 'Time threads waited for a CPU, of waits seen while listening.'),
  blockIo: metric('sonde.block_io.duration', 'histogram', 's', 'Durations of requests to block devices, of those seen while listening.'),
  listened: metric('sonde.measurement.listened.time', 'counter', 's', 'Time in which the kernel’s counters were listened to.'),
  elapsed: metric('sonde.measurement.elapsed.time', 'counter', 's', 'Time in which they could have been.'),
} as const

/** Sonde's own. */
export const OWN = {
  cpu: metric('sonde.collector.cpu.usage', 'gauge', '{cpu}', 'CPUs the collector uses.'),
  memory: metric('sonde.collector.memory.usage', 'updown', 'By', 'Memory of the collector, each page counted once (PSS).'),
  memoryCeiling: metric('sonde.collector.memory.ceiling', 'updown', 'By', 'Memory the collector should not exceed.'),
  webCpu: metric('sonde.web.cpu.usage', 'gauge', '{cpu}', 'CPUs the web process beside the collector uses.'),
  webMemory: metric('sonde.web.memory.usage', 'updown', 'By', 'Memory of the web process beside the collector, each page counted once (PSS).'),
  addedTime: metric('sonde.request.added.time', 'gauge', 's', 'Time the probes add to one request in the watched programs, estimated.'),
  losses: total('sonde.losses', '{loss}', 'What was lost, where, why, and what lacks it.'),
  problems: metric('sonde.problems', 'updown', '{problem}', 'Problems the collector tells of.'),
  bound: metric('sonde.bound.size', 'updown', '{entry}', 'Entries of bounded tables.'),
  boundLimit: metric('sonde.bound.limit', 'updown', '{entry}', 'Most entries of bounded tables.'),
  probeAttached: metric('sonde.probe.attached', 'gauge', '', 'Whether a probe is attached, wholly or in part.'),
  probeRecords: total('sonde.probe.records', '{record}', 'Records a probe made.'),
  probeLost: total('sonde.probe.lost', '{record}', 'Records a probe lost.'),
  probeRunTime: metric('sonde.probe.run.duration', 'gauge', 's', 'Mean duration of a run of a probe’s programs, in the last second of each minute that was measured.'),
  probeRuns: metric('sonde.probe.runs', 'gauge', '{run}/s', 'Runs of a probe’s programs a second, in that second.'),
  probeCpu: metric('sonde.probe.cpu.usage', 'gauge', '{cpu}', 'CPUs a probe’s programs use, in that second.'),
  probeListened: metric('sonde.probe.listened', 'gauge', '1', 'Share of the time a probe listens; 1 of one that always does.'),
  ringFill: metric('sonde.probe.ring.fill', 'gauge', '1', 'Fullest a probe’s ring buffer has been lately.'),
  exporterSent: total('sonde.exporter.sent', '{row}', 'Rows an exporter has handed on.'),
  exporterDropped: total('sonde.exporter.dropped', '{row}', 'Rows an exporter has given up.'),
  exporterQueued: metric('sonde.exporter.queued', 'updown', '{row}', 'Rows that wait in an exporter.'),
  exporterConnected: metric('sonde.exporter.connected', 'gauge', '', 'Whether an exporter’s destination takes what is sent.'),
} as const
