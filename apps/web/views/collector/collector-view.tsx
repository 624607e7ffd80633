'use client'
import { useMemo } from 'react'
import { useProbeSwitch, useSelection, useTopic, type Exporters, type Hosts, type Losses, type Probes, type Status } from '../../live/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { AddedTable } from './added-table.tsx'
import { CostWindowsNote } from './cost-windows.tsx'
import { probeColumns } from './probe-columns.tsx'
import { probeRows, type ProbeRow } from './probe-rows.ts'
import { Problems } from './problems.tsx'
import { QueuesTable } from './queues-table.tsx'
import { ExportersTable, LossesTable } from './small-tables.tsx'
import { ThisHost } from './this-host.tsx'
import { Tiles } from './tiles.tsx'

const rowKey = (row: ProbeRow) => row.key
const isOff = (row: ProbeRow) => row.probe?.state === 'off'

/** Sonde itself: what each probe sees, costs and loses, with its switch; where it sends what it sees. */
export function CollectorView() {
  const { selection, live, range } = useSelection()
  const chosen = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  const host = chosen === undefined ? {} : { host: chosen }
  // The present state, also when the range is another: switches have no past.
  const probes = useTopic<Probes>('probes', { ...host, limit: 1000 }, true)
  const exporters = useTopic<Exporters>('exporters', { ...host, limit: 1000 }, true)
  const hosts = useTopic<Hosts>('hosts', { limit: 1000 }, true)
  const status = useTopic<Status>('status', {}, true)
  const losses = useTopic<Losses>('losses', { ...range, limit: 1000 }, live)
  const { pending, failed, set, forget } = useProbeSwitch()
  const names = useMemo(() => new Map((hosts.data?.hosts ?? []).map(({ id, name, label }) => [id, label ?? name])), [hosts.data])
  const columns = useMemo(() => probeColumns({ pending, set }, names), [pending, set, names])
  const rows = useMemo(() => probeRows(probes.data?.probes ?? [], status.data?.addedNsPerRequest ?? null), [probes.data, status.data])
  const shownHosts = (hosts.data?.hosts ?? []).filter(({ id }) => chosen === undefined || id === chosen)
  const on = rows.filter(({ probe }) => probe?.enabled).length
  const isAway = shownHosts.length > 0 && !shownHosts.some(({ connected }) => connected)
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <Problems problems={status.data?.problems ?? []} />
      <Tiles status={status.data} hosts={hosts.data} probes={probes.data} losses={losses.data} />
      <SectionHead title="Probes" note={rows.length > 0 ? `${on} of ${rows.length - 1} on${isAway ? ' when last heard' : '; a switch takes effect in under a second and is kept'}` : undefined} right={probes.data && <CostWindowsNote windows={probes.data.costWindows} isMeasured={probes.data.probes.some(({ cpuShare }) => cpuShare !== null)} />} />
      {failed && <p className="px-4 pb-2"><ErrorNote error={failed} onRetry={forget} /></p>}
      <DataTable
        label="Probes"
        className="flex-none"
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        rowHeight={38}
        ended={isOff}
        dim={isAway}
        loading={probes.loading}
        empty={probes.error ? <ErrorNote error={probes.error} onRetry={probes.retry} /> : <EmptyNote>No collector has reported. It is started with Sonde; its log says why if it is not.</EmptyNote>}
      />
      <div className="flex flex-none border-t border-line max-desk:flex-col">
        <AddedTable probes={probes} hostNames={names} />
        <QueuesTable hosts={shownHosts} status={status.data} />
      </div>
      <div className="flex min-h-48 flex-1 border-t border-line max-desk:flex-col">
        <LossesTable losses={losses} />
        <ExportersTable exporters={exporters} />
        <ThisHost hosts={shownHosts} status={status.data} />
      </div>
    </div>
  )
}
