import { CGROUP_USAGE, DEVICE_USAGE, HOST_USAGE, MEASUREMENTS } from './measured-tables.ts'
import { PROFILE_NODES, PROFILES } from './profiles.ts'
import type { TableSchema } from './table.ts'

/**
 * Every exchange, one row an end. Times are wall-clock nanoseconds; `…Ns` columns count from `startTime`, −1 if not seen.
 * `startTime` is the arrival of the request at a server and the beginning of its sending at a client.
 */
export const REQUESTS = {
  name: 'requests',
  version: 1,
  columns: {
    /** The row's own id and its span id: hash of `pairKey`, role and position among pipelined requests. Never 0. */
    id: 'i64',
    traceIdHigh: 'i64',
    traceIdLow: 'i64',
    /** From `traceparent` if one was read, else 0. */
    parentSpanId: 'i64',
    /** The same at both ends of one request: hash of the 4-tuple, client first, the request's sequence number and its position in the turn. */
    pairKey: 'i64',
    startTime: 'i64',
    readNs: 'i64',
    requestEndNs: 'i64',
    firstByteNs: 'i64',
    durationNs: 'i64',
    requestBytes: 'i64',
    responseBytes: 'i64',
    connectionId: 'i64',
    turn: 'u32',
    sequence: 'u32',
    srttUs: 'u32',
    pid: 'u32',
    tid: 'u32',
    status: 'u16',
    localPort: 'u16',
    remotePort: 'u16',
    /** 0 server, 1 client. */
    role: 'u8',
    /** By the role's own rule (a client counts 4xx as errors, a server doesn't). */
    error: 'u8',
    /** Bits, see REQUEST_FLAG. */
    flags: 'u8',
    service: 'text',
    /** Service name or address of the other end. */
    peer: 'text',
    /** `http`, … or `tcp` where the protocol is not known. */
    protocol: 'text',
    method: 'text',
    /** As the protocol's request names it, query included. */
    target: 'text',
    path: 'text',
    /** Guessed; '' if none. */
    template: 'text',
    comm: 'text',
    localAddress: 'text',
    remoteAddress: 'text',
    /** JSON object of further OpenTelemetry attributes. */
    attributes: 'text',
  },
} as const satisfies TableSchema

export const REQUEST_FLAG = {
  /** The trace id came from a traceparent header. */
  traceparent: 1,
  /** The other end is on this host and watched, so its record exists. */
  peerWatched: 2,
  /** No response was seen before the connection ended. */
  unanswered: 4,
  /** The peer is a process of this host or a name from the configuration, not an outside address. */
  peerNamed: 8,
} as const

/** Connections: a row when one is opened, sampled, closed or has failed; the newest row of an id is what is true. */
export const CONNECTIONS = {
  name: 'connections',
  version: 2,
  columns: {
    /** Unique on the host: the socket's cookie. */
    id: 'i64',
    time: 'i64',
    openedAt: 'i64',
    /** 0 while it lives. */
    closedAt: 'i64',
    /** −1 if not measured. */
    connectNs: 'i64',
    srttNs: 'i64',
    bytesSent: 'i64',
    bytesReceived: 'i64',
    retransmits: 'u32',
    pid: 'u32',
    netns: 'u32',
    localPort: 'u16',
    remotePort: 'u16',
    role: 'u8',
    /** 1: the connection carries bytes that no protocol of ours reads. */
    undecoded: 'u8',
    service: 'text',
    peer: 'text',
    /** 1 if the peer is a service of this host or a configured name. */
    peerNamed: 'u8',
    /** `established`, `closed`, `failed`. */
    state: 'text',
    /** '' or refused, reset, timeout, unreachable, aborted. */
    failure: 'text',
    protocol: 'text',
    localAddress: 'text',
    remoteAddress: 'text',
    /** Time it had more to send than the peer's window, or its own send buffer, took; −1 if not known. */
    windowLimitedNs: 'i64',
    bufferLimitedNs: 'i64',
    /** How long received bytes have lain unread, at least, and the longest that they did. */
    unreadNs: 'i64',
    unreadMostNs: 'i64',
    unreadBytes: 'u32',
    unackedBytes: 'u32',
    /** Segments of it that this host dropped, and the kernel's reason for the last one. */
    drops: 'u32',
    dropReason: 'text',
    /** Who sent a reset, and whose window is closed now: '', `local`, `remote`, `both`. */
    resets: 'text',
    zeroWindows: 'text',
  },
} as const satisfies TableSchema

/** Listening sockets: a row when one begins, its accept queue changes, or it is closed; the newest row of an id is what is true. */
export const LISTENERS = {
  name: 'listeners',
  version: 1,
  columns: {
    /** Unique on the host: the socket's cookie. */
    id: 'i64',
    time: 'i64',
    openedAt: 'i64',
    /** 0 while it listens. */
    closedAt: 'i64',
    pid: 'u32',
    netns: 'u32',
    /** Of the accept queue: established connections that nobody has accepted. */
    queueLength: 'u32',
    queueLimit: 'u32',
    longestQueue: 'u32',
    halfOpen: 'u32',
    /** Connections turned away since it listens. */
    drops: 'u32',
    port: 'u16',
    address: 'text',
    service: 'text',
  },
} as const satisfies TableSchema

/** Segments of TCP sockets that the kernel dropped, by its reason. */
export const TCP_DROPS = {
  name: 'tcp_drops',
  version: 1,
  columns: {
    time: 'i64',
    count: 'i64',
    /** The kernel's name, `NETFILTER_DROP`. */
    reason: 'text',
  },
} as const satisfies TableSchema

/** Processes: a row when one starts, execs, is renamed or ends; the newest row of (pid, startedAt) is what is true. */
export const PROCESSES = {
  name: 'processes',
  version: 1,
  columns: {
    time: 'i64',
    startedAt: 'i64',
    /** 0 while it runs. */
    exitedAt: 'i64',
    pid: 'u32',
    parentPid: 'u32',
    /** −1 while it runs, as two's complement. */
    exitCode: 'u32',
    threads: 'u32',
    /** CPU used over the last sampling period, in thousandths of a core. */
    cpuMilliCores: 'u32',
    residentBytes: 'i64',
    service: 'text',
    serviceKind: 'text',
    comm: 'text',
    commandLine: 'text',
    user: 'text',
    container: 'text',
    unit: 'text',
    cgroup: 'text',
  },
} as const satisfies TableSchema

/** CPU, memory and process count of each service, every few seconds. */
export const SERVICE_USAGE = {
  name: 'service_usage',
  version: 1,
  columns: {
    time: 'i64',
    intervalNs: 'i64',
    cpuNs: 'i64',
    residentBytes: 'i64',
    processCount: 'u32',
    service: 'text',
    kind: 'text',
  },
} as const satisfies TableSchema

/** Losses where they happened: a row each time a counter moved. */
export const LOSSES = {
  name: 'losses',
  version: 1,
  columns: {
    time: 'i64',
    count: 'i64',
    /** `probe.exchange`, `model.connections`, `exporter.hub` … */
    where: 'text',
    /** `ring buffer full`, `recursion`, `evicted` … */
    reason: 'text',
    /** What lacks it: `requests`, `connections`, `processes`, `spans` … */
    affects: 'text',
  },
} as const satisfies TableSchema

export const TABLES = [REQUESTS, CONNECTIONS, LISTENERS, TCP_DROPS, PROCESSES, SERVICE_USAGE, LOSSES, PROFILES, PROFILE_NODES, MEASUREMENTS, HOST_USAGE, DEVICE_USAGE, CGROUP_USAGE] as const satisfies readonly TableSchema[]
export type TableName = (typeof TABLES)[number]['name']
