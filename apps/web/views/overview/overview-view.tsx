'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { useParam, useQuery, useProcesses, useSayOnset, useSelection, useTopic, withOnly, type Status } from '../../live/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { grouped } from '../../ui/format.ts'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { usePhone, useWide } from '../../ui/use-phone.ts'
import { useZoneOffset } from '../../ui/use-zone-offset.ts'
import { changesOf } from './changes.ts'
import { ChangesTable } from './changes-table.tsx'
import { serviceColumns } from './columns.tsx'
import { FirstRun } from './first-run.tsx'
import { Headline } from './headline.tsx'
import { HostBand } from './host-band.tsx'
import { PhoneList } from './phone-list.tsx'
import type { ServiceRow } from './rows.ts'
import { useServices, type OverviewReading } from './use-services.ts'

/** Is something wrong, and where? */
export function OverviewView() {
  const reading = useServices()
  const phone = usePhone()
  const { rows, series, services, compared, settled } = reading
  const status = useTopic<Status>('status', {}, true)
  const onset = rows.flatMap(({ told }) => told).find(({ what, sinceMs }) => what !== 'rate' && sinceMs !== undefined)?.sinceMs
  useSayOnset(settled ? (onset ?? null) : undefined)
  const health = useQuery<{ readonly startedAt: string }>('health')
  const never = status.data !== undefined && (status.data.store.rowCount.requests ?? 0) === 0
  const band = <HostBand phone={phone} onsetMs={onset} />
  if (series.data && rows.length === 0 && never) return <FirstRun band={band} services={services.data} startedAt={health.data?.startedAt} />
  return (
    <>
      {series.data && rows.length > 0 && <Headline rows={rows} compared={compared} phone={phone} />}
      {band}
      {phone && rows.length > 0 ? <PhoneList rows={rows} /> : <ServicesTable reading={reading} />}
      {!phone && <Changes rows={rows} />}
    </>
  )
}

const rowKey = (row: ServiceRow) => row.name
/** On a wide screen lines grow, and text does not. */
const GROWN = 1.5

function ServicesTable({ reading: { rows, series, services, fromMs, toMs, settled } }: { readonly reading: OverviewReading }) {
  const { live, href } = useSelection()
  const router = useRouter()
  const [sort, setSort] = useParam('sort')
  const offsetMinutes = useZoneOffset(toMs)
  const wide = useWide()
  // The axis is that of the steps: it moves on by a step, not by a second.
  const first = series.data?.times[0]
  const last = series.data?.times.at(-1)
  const axis = useMemo(() => {
    const from = first === undefined ? fromMs : Date.parse(first)
    const to = last === undefined ? toMs : Date.parse(last)
    return { fromMs: from, toMs: Math.max(to, from + 1), offsetMinutes, grow: wide ? GROWN : 1 }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- without data the present matters only once
  }, [first, last, offsetMinutes, wide])
  const onsetMs = rows[0]?.told.find(({ sinceMs }) => sinceMs !== undefined)?.sinceMs
  const onset = onsetMs === undefined ? undefined : (onsetMs - axis.fromMs) / (axis.toMs - axis.fromMs)
  const columns = useMemo(() => serviceColumns(`${rows.length > 0 ? grouped(rows.length) : '–'} services · ${live ? 'last minute' : 'whole range'}`, axis, onset), [rows.length, live, axis, onset])
  const sorting = useMemo(() => parseSort(sort), [sort])
  return (
    <>
      <DataTable
        label="Services"
        className={rows.length > 0 ? 'min-h-24 flex-initial' : 'min-h-0 flex-1'}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        rowHeight={34}
        sort={sorting}
        onSort={(next) => setSort(formatSort(next))}
        calm={live && settled}
        loading={series.loading}
        dim={series.dim}
        onOpen={(row) => router.push(href('/service', withOnly('service', row.name)))}
        empty={series.error ? <ErrorNote error={series.error} onRetry={series.retry} /> : <NoRequests />}
      />
      <Silent total={services.data?.total} talking={rows.length} />
    </>
  )
}

function NoRequests() {
  const { live, apply } = useSelection()
  return <EmptyNote action={live ? undefined : { name: 'Show the last 15 minutes', run: () => apply(() => new URLSearchParams()) }}>No request was seen in this range.</EmptyNote>
}

/** Services that run without requests are on another page. */
function Silent({ total, talking }: { readonly total: number | undefined; readonly talking: number }) {
  const { href } = useSelection()
  const silent = (total ?? 0) - talking
  if (silent <= 0 || talking === 0) return null
  return <p className="flex-none px-4 py-2 text-xs text-t3">{grouped(silent)} more run without requests: <Link prefetch={false} href={href('/processes')} className="text-accent underline">Processes</Link></p>
}

function Changes({ rows }: { readonly rows: readonly ServiceRow[] }) {
  const { processes, span } = useProcesses()
  const { changes, more } = useMemo(() => changesOf(rows, processes, span.fromMs, span.toMs), [rows, processes, span])
  return <ChangesTable changes={changes} more={more} />
}
