import { exporters, probes } from './collector.ts'
import { connections } from './connections.ts'
import { hostSummary } from './host-summary.ts'
import { cgroups, host } from './host.ts'
import { health, hosts, status } from './health.ts'
import { listeners, segmentDrops } from './listeners.ts'
import { losses } from './losses.ts'
import { processes } from './processes.ts'
import { profiles, profileSamples } from './profiles.ts'
import { requestAggregate, requestFacets, requestHeatmap } from './request-groups.ts'
import { requestById, requests } from './requests.ts'
import type { Resource } from './resource.ts'
import { serviceMap } from './service-map.ts'
import { services, servicesSeries } from './services.ts'
import { blockIo, runQueue, syscalls } from './syscalls.ts'
import { traceById } from './traces.ts'
import { views } from './views.ts'

export { BadParameter, Conflict, NotFound } from './errors.ts'
export { HostSchema, hostList, HealthSchema } from './health.ts'
export { NewViewSchema, ViewSchema, viewAnswer } from './views.ts'
export { ProbeSchema, switchProbe } from './collector.ts'
export { liveRequestParams, openRequestsTopic } from './live-requests.ts'
export type { Resource } from './resource.ts'
export type { QueryContext, HostNow, LivingNow, TrafficNow } from './context.ts'

/** Everything that is read; fixed paths before those with an id. */
export const RESOURCES: readonly Resource[] = [
  health, status, hosts, services, servicesSeries, serviceMap, requests, requestAggregate, requestHeatmap, requestFacets, requestById, traceById,
  connections, listeners, segmentDrops, processes, profiles, profileSamples, syscalls, runQueue, blockIo, host, hostSummary, cgroups, probes, exporters, losses, views,
]
