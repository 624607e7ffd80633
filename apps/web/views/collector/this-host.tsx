'use client'
import { useNow, useQuery, type Host, type Status } from '../../live/index.ts'
import { bytes, cores, duration, grouped, sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Facts, SectionHead } from '../../ui/section.tsx'
import { age, dayAndClock, instantMs } from '../../ui/time.ts'

/** The host that is watched, and what is kept of it. */
export function ThisHost({ hosts, status }: { readonly hosts: readonly Host[]; readonly status: Status | undefined }) {
  const now = useNow()
  const health = useQuery<{ readonly startedAt: string; readonly version: string }>('health')
  const host = hosts[0]
  const joined = (parts: readonly (string | null | false | undefined)[]) => parts.filter((part): part is string => typeof part === 'string' && part !== '').join(', ')
  const rows = Object.values(status?.store.rowCount ?? {}).reduce((sum, one) => sum + one, 0)
  return (
    <section aria-labelledby="this-host" className="w-[372px] flex-none max-desk:w-full max-wide:w-[330px]">
      <SectionHead id="this-host" title={hosts.length > 1 ? 'Hosts' : 'This host'} />
      {hosts.length > 1 ? (
        <Facts facts={hosts.map((one) => [one.label ?? one.name, one.connected ? joined([one.kernel, one.version && `Sonde ${one.version}`]) : `silent since ${dayAndClock(instantMs(one.lastSeenAt))}`])} />
      ) : (
        <Facts facts={[
          ['Name', host ? <Name key="n" text={host.label ?? host.name} /> : '–'],
          ['Kernel', host ? joined([host.kernel, host.btf === null ? null : host.btf ? 'BTF' : 'no BTF', host.cpus !== null && `${grouped(host.cpus)} cores`, host.memoryBytes !== null && sentence(bytes(host.memoryBytes))]) : '–'],
          ['Clock', host?.clock ? `${sentence(duration(Math.abs(host.clock.driftNs)))} drift, ${sentence(duration(Math.abs(host.clock.stepNs)))} stepped` : '–'],
          ['Running since', health.data && now > 0 ? `${age((now - instantMs(health.data.startedAt)) / 1000)}, version ${health.data.version}` : '–'],
          ['Web process', status ? `${sentence(cores(status.sonde.web.cpuCores))}, ${sentence(bytes(status.sonde.web.memoryBytes))}; its store at most ${status.store.memoryLimit}` : '–'],
          ['Kept', status ? `${grouped(rows)} rows, ${sentence(bytes(status.store.segmentBytes))} sealed` : '–'],
          ['Store', status ? (status.store.state === 'ok' ? `writing, ${sentence(bytes(status.store.pendingBytes))} pending` : <span key="s" className="text-warn">failing</span>) : '–'],
        ]} />
      )}
    </section>
  )
}
