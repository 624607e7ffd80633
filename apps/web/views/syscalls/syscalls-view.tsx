'use client'
import { useCallback, useMemo } from 'react'
import { useParam, useSelection, useTopic, type Probes, type Syscalls } from '../../live/index.ts'
import { ColumnMenu, useHiddenColumns } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { grouped, sentence, share } from '../../ui/format.ts'
import { PartialNote } from '../../ui/notes.tsx'
import { Segments } from '../../ui/segments.tsx'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { useEscape } from '../../ui/use-escape.ts'
import { CallPanel } from './call-panel.tsx'
import { HIDDEN_AT_FIRST, syscallColumns } from './columns.tsx'
import { ListeningNow, NoCalls, OffNote } from './listening-note.tsx'
import { callKey, listeningOf, sumsOf, textFilter } from './model.ts'

/** As many as the API gives at once; past them it is said. */
const MOST = 2000
const NONE: Syscalls = { syscalls: [], total: 0, observedShare: null, observedNs: 0 }
const SHOWN = [['all', 'All'], ['failed', 'Failed']] as const
const API_FILTERS = ['service', 'host', 'pid'] as const

/** System calls by service and call; while it is live the kernel is listened to all the time. */
export function SyscallsView() {
  const { live, range, filters } = useSelection()
  const [find, setFind] = useParam('find', 'replace')
  const [shownParam, setShown] = useParam('shown')
  const [order, setOrder] = useParam('order', 'replace')
  const [openKey, setOpenKey] = useParam('call', 'replace')
  const [hidden, setHidden] = useHiddenColumns('syscalls', HIDDEN_AT_FIRST)
  // Excluded values are a filter of requests; this resource takes wanted ones only.
  const asked = useMemo(() => Object.fromEntries(Object.entries(filters(API_FILTERS)).map(([key, value]) => [key, [value].flat().filter((one) => !one.startsWith('!'))])), [filters])
  const reading = useTopic<Syscalls>('syscalls', { ...asked, ...range, limit: MOST }, live)
  const probes = useTopic<Probes>('probes', { limit: 1000 }, true)
  const answer = reading.data ?? NONE
  const listening = useMemo(() => listeningOf(probes.data?.probes.filter(({ host }) => asked.host === undefined || asked.host.length === 0 || asked.host.includes(host))), [probes.data, asked])
  const shown = shownParam === 'failed' ? 'failed' : 'all'
  const rows = useMemo(() => answer.syscalls.filter(textFilter(find ?? '')).filter(({ errorCount }) => shown === 'all' || errorCount > 0), [answer, find, shown])
  const columns = useMemo(() => syscallColumns(answer), [answer])
  const sort = useMemo(() => parseSort(order ?? '-time'), [order])
  const chosen = openKey === null ? undefined : answer.syscalls.find((one) => callKey(one) === openKey)
  const close = useCallback(() => setOpenKey(null), [setOpenKey])
  useEscape(openKey !== null, close)
  const onFind = useCallback((text: string) => setFind(text === '' ? null : text), [setFind])
  const filtered = answer.syscalls.length > 0
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <FilterField label="Filter system calls" placeholder="service, call, error:EAGAIN …" value={find ?? ''} onChange={onFind} />
        {filtered && <Summary answer={answer} />}
        <span className="flex-1" />
        <ListeningNow listening={listening} live={live} />
        <Segments<'all' | 'failed'> label="Which" options={SHOWN} chosen={shown} onChoose={(id) => setShown(id === 'all' ? null : id)} />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </FilterBar>
      {filtered && listening.kind === 'off' && <p className="flex-none border-b border-line bg-warn-soft px-4 py-2"><OffNote listening={listening} before /></p>}
      <div className="flex min-h-0 flex-1 items-stretch">
        <DataTable
          label="System calls" columns={columns} rows={rows} rowKey={callKey} rowHeight={24} hidden={hidden} calm={live} sort={sort} onSort={(next) => setOrder(formatSort(next))}
          selected={chosen && callKey(chosen)} onOpen={(one) => setOpenKey(callKey(one) === openKey ? null : callKey(one))}
          loading={reading.loading && reading.data === undefined} dim={reading.dim} className="min-h-0 min-w-0 flex-1"
          empty={<NoCalls listening={listening} reading={reading} filtered={filtered} />}
        />
        <div className={filtered ? 'contents max-desk:hidden' : 'hidden'}>
          <CallPanel calls={rows} chosen={chosen} answer={answer} onClose={close} onError={(name) => setFind(`error:${name}`)} />
        </div>
      </div>
    </div>
  )
}

function Summary({ answer }: { readonly answer: Syscalls }) {
  const { count, errorCount } = sumsOf(answer.syscalls)
  return (
    <span className="text-sm whitespace-nowrap text-t2 max-wide:hidden">
      <b className="font-medium text-t1">{grouped(count)}</b> calls seen{answer.observedShare !== null && ` in ${sentence(share(answer.observedShare))} of the time`}, <b className="font-medium text-t1">{grouped(errorCount)}</b> failed
      {answer.total > answer.syscalls.length && <> <PartialNote>{`${grouped(answer.syscalls.length)} of ${grouped(answer.total)} calls of services, those that took most time`}</PartialNote></>}
    </span>
  )
}
