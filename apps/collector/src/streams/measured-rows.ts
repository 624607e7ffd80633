import type { CgroupUsed, DeviceUsed, DistributionMeasured, HostUsed } from '@sonde/shared/observation'
import type { CGROUP_USAGE, DEVICE_USAGE, HOST_USAGE, MEASUREMENTS, TableBuilder } from '@sonde/shared/signal'
import type { Process } from '../model/index.ts'
import { append } from './rows.ts'
import type { WallClock } from './wall-clock.ts'

export function appendMeasured(builder: TableBuilder<typeof MEASUREMENTS>, clock: WallClock, m: DistributionMeasured, process: Process | undefined): void {
  append(builder, {
    time: clock.wall(m.at),
    intervalNs: m.intervalNs,
    observedNs: m.observedNs,
    count: m.count,
    untimed: m.untimed,
    errorCount: m.errorCount,
    sumNs: m.sumNs,
    maxNs: m.maxNs,
    pid: m.pid,
    what: m.what,
    service: process?.label.text ?? '',
    name: m.name,
    operation: m.operation,
    errors: pairs(m.errors),
    histogram: pairs(m.buckets),
  })
}

/** `a:1 b:2`. */
function pairs(list: readonly (readonly [string | number, number])[]): string {
  return list.map(([key, count]) => `${key}:${count}`).join(' ')
}

export function appendHost(builder: TableBuilder<typeof HOST_USAGE>, clock: WallClock, { kind: _, at, ...rest }: HostUsed): void {
  append(builder, { time: clock.wall(at), ...rest })
}

export function appendDevice(builder: TableBuilder<typeof DEVICE_USAGE>, clock: WallClock, { kind: _, at, ...rest }: DeviceUsed): void {
  append(builder, { time: clock.wall(at), ...rest })
}

export function appendCgroup(builder: TableBuilder<typeof CGROUP_USAGE>, clock: WallClock, { kind: _, at, ...rest }: CgroupUsed): void {
  append(builder, { time: clock.wall(at), ...rest })
}
