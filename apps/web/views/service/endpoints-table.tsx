'use client'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { hourBefore } from '../../charts/hour-before.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { all, useCalmRange, useLastMinute, useNow, useParam, useQuery, useRangeMs, useSelection, useTopic, withOnly, type Change, type RequestGroups } from '../../live/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { duration, grouped, rate, ratio, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { Num } from '../../ui/num.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { formatSort, parseSort, type Column } from '../../ui/table-column.ts'
import { endpointKey, endpointsOf, type Endpoint } from './endpoints.ts'
import { stepOf, type ServiceReading } from './use-service.ts'

const LINES = 50
const FIGURES = 1000
const BY = 'method,template'

/** Endpoints by learned template; a row leads to its requests. */
export function EndpointsTable({ reading }: { readonly reading: ServiceReading }) {
  const { live, href } = useSelection()
  const router = useRouter()
  const [sort, setSort] = useParam('sort')
  const { endpoints, error, retry, loading, total } = useEndpoints(reading)
  const columns = useMemo(() => endpointColumns(), [])
  const sorting = useMemo(() => parseSort(sort) ?? { id: 'time', descending: true }, [sort])
  const open = ({ method, template }: Endpoint) => router.push(href('/requests', requestsOf(reading, method, template)))
  const counted = endpoints.length === 0 ? undefined : total > endpoints.length ? `${grouped(endpoints.length)} of ${grouped(total)}, those with most requests` : `${live ? 'last minute' : 'whole range'}; templates are guessed from paths, never sent as http.route`
  return (
    <section aria-label="Endpoints" className="flex min-h-[180px] flex-1 flex-col border-t border-line">
      <SectionHead title="Endpoints" note={counted} />
      <DataTable
        label="Endpoints" columns={columns} rows={endpoints} rowKey={endpointKey} rowHeight={28} sort={sorting} onSort={(next) => setSort(formatSort(next))} calm={live} loading={loading}
        onOpen={open} empty={error ? <ErrorNote error={error} onRetry={retry} /> : <EmptyNote>No method and no path is read of what it is asked.</EmptyNote>}
      />
    </section>
  )
}

const requestsOf = ({ role }: ServiceReading, method: string, template: string): Change =>
  all(...(role ? [withOnly('role', role)] : []), ...(method === '' ? [] : [withOnly('method', method)]), ...(template === '' ? [] : [withOnly('template', template)]))

function useEndpoints({ asked, role, figuresSeconds, steps }: ServiceReading) {
  const { selection, live, range } = useSelection()
  const { fromMs, toMs } = useRangeMs(selection)
  const calm = useCalmRange(selection)
  const present = useNow(false)
  const { range: lastMinute } = useLastMinute()
  const resource = role ? 'requests/aggregate' : null
  const lines = useQuery<RequestGroups>(calm ? resource : null, { ...asked, ...calm, by: BY, step: `${stepOf(toMs - fromMs) * LINE_STEP / 1000}s`, limit: LINES })
  const figures = useTopic<RequestGroups>(resource, { ...asked, ...(live ? lastMinute : range), by: BY, limit: FIGURES }, live)
  const before = useQuery<RequestGroups>(present > 0 ? resource : null, { ...asked, ...hourBefore(Math.max(fromMs, 3_600_000)), by: BY, limit: FIGURES })
  const endpoints = useMemo(() => (lines.data ? endpointsOf({ range: lines.data, figures: figures.data, figuresSeconds, before: before.data }).filter(({ method, template }) => method !== '' || template !== '') : []), [lines.data, figures.data, figuresSeconds, before.data])
  // Whose role is not known is asked nothing.
  const failed = steps.error ? steps : lines.error ? lines : figures
  return { endpoints, error: failed.error, retry: failed.retry, loading: lines.data === undefined && !steps.error, total: Math.max(lines.data?.total ?? 0, figures.data?.total ?? 0) }
}

/** Lines in the table are a tenth as wide as the charts: every second step is enough. */
const LINE_STEP = 2

/** Of the time its requests took, with a bar that says the same. */
function TimeShare({ of }: { readonly of: number | null }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="h-1.5 w-12 bg-s3" aria-hidden><span className="block h-full bg-requests" style={{ width: `${(of ?? 0) * 100}%` }} /></span>
      <span className="w-14"><Num figure={share(of)} /></span>
    </span>
  )
}

const isSlower = ({ slower }: Endpoint) => (slower ?? 0) >= 1.5

function endpointColumns(): readonly Column<Endpoint>[] {
  return [
    {
      id: 'endpoint', head: 'Endpoint', fixed: true, value: endpointKey, cell: ({ method, template }) => (
        <span className="mono flex">
          <Name text={method} max={16} className="w-11 flex-none text-t3" />
          {template === '' ? <span className="text-t3">(no template)</span> : <Name text={template} className="cut" />}
        </span>
      ),
    },
    { id: 'requests', head: 'Requests', width: 84, end: true, descendingFirst: true, value: (row) => row.rate ?? -1, cell: (row) => <Num figure={rate(row.rate)} /> },
    { id: 'errors', head: 'Errors', width: 76, end: true, descendingFirst: true, value: ({ errorShare }) => errorShare, cell: ({ errorShare }) => <Num figure={share(errorShare)} tone={(errorShare ?? 0) >= 0.01 ? 'bad' : 'usual'} /> },
    ...(['p50', 'p95', 'p99'] as const).map((metric): Column<Endpoint> => ({ id: metric, head: metric, width: 84, end: true, descendingFirst: true, value: ({ durationNs }) => durationNs[metric], cell: (row) => <Num figure={duration(row.durationNs[metric])} tone={metric === 'p99' && isSlower(row) ? 'strong' : 'usual'} /> })),
    { id: 'before', head: 'before', label: 'p95 against the hour before', width: 64, end: true, descendingFirst: true, hideBelow: 760, value: ({ slower }) => slower, cell: (row) => <span className={isSlower(row) ? 'text-warn' : 'text-t3'}>{ratio(row.slower)}</span> },
    { id: 'line', head: 'p99 over time', width: 144, hideBelow: 1000, cell: (row) => <Sparkline points={row.p99} kind="p99" width={120} height={20} moved={isSlower(row)} /> },
    { id: 'time', head: 'Share of time', width: 172, end: true, descendingFirst: true, hideBelow: 640, value: ({ timeShare }) => timeShare, cell: (row) => <TimeShare of={row.timeShare} /> },
  ]
}
