import type { Probe } from '../probe.ts'
import { blockIo } from './block_io/block_io.ts'
import { cpuProfile } from './cpu_profile/cpu_profile.ts'
import { dns } from './dns/dns.ts'
import { exchange } from './exchange/exchange.ts'
import { processLifecycle } from './process_lifecycle/process_lifecycle.ts'
import { runQueueLatency } from './run_queue_latency/run_queue_latency.ts'
import { syscallLatency } from './syscall_latency/syscall_latency.ts'
import { tcpConnection } from './tcp_connection/tcp_connection.ts'

/** Every probe, in the order in which their records explain each other: processes, their connections, what passes on them, what they do meanwhile. Names come before the connections they name. */
export const probes: readonly Probe[] = [processLifecycle, dns, tcpConnection, exchange, cpuProfile, syscallLatency, runQueueLatency, blockIo]
