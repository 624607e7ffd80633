'use client'
import { useCallback, useMemo, useRef, useState } from 'react'
import { HatchPattern } from '../../charts/hatch.tsx'
import { all, paused, resumed, useParam, useSelection, withFilter, withoutFilters, withParam, type FilterKey } from '../../live/index.ts'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { HIDDEN_AT_FIRST, narrowColumns, requestColumns } from './columns.tsx'
import { useHiddenColumns } from '../../ui/column-menu.tsx'
import { FacetList } from './facet-list.tsx'
import type { TypedFilter } from './filter-text.ts'
import { HistogramStrip } from './histogram-strip.tsx'
import { PhoneList } from './phone-list.tsx'
import { RequestDetail } from './request-detail.tsx'
import { RequestTable } from './request-table.tsx'
import { Toolbar } from './toolbar.tsx'
import { useDetailKeys } from './use-detail-keys.ts'
import { useIsPhone } from './use-is-phone.ts'
import { useOverview } from './use-overview.ts'
import { useRequestList } from './use-request-list.ts'

const NEWEST_FIRST = '-startTime'

/** Every request of the selection, newest first and live, with facets and counts over time; one opens beside the list. */
export function RequestsView() {
  const { selection, live, range, filters: filtersOf, apply } = useSelection()
  const [openId, setOpenId] = useParam('request', 'replace')
  const [orderParam, setOrder] = useParam('order')
  const [held, setHeld] = useState(false)
  const order = orderParam ?? NEWEST_FIRST
  const filters = useMemo(() => filtersOf(), [filtersOf])
  const overview = useOverview(selection, filters, range, live)
  const rangeKey = selection.range.kind === 'last' ? `last ${selection.range.seconds}` : `${range.from} ${range.to}`
  const reading = useRequestList({ filters, range, rangeKey, follows: selection.range.kind === 'last', order, live, held })
  const { rows } = reading.list
  const [hidden, setHidden] = useHiddenColumns('requests', HIDDEN_AT_FIRST)
  const pick = useCallback((key: FilterKey, value: string, not: boolean) => apply(withFilter(key, value, not)), [apply])
  const page = useRef<HTMLDivElement>(null)
  const isPhone = useIsPhone()

  const pause = useCallback(() => { if (live) apply(paused(new Date()), 'replace') }, [live, apply])
  const open = useCallback((row: RequestAnswer) => apply(live ? all(paused(new Date()), withParam('request', row.id)) : withParam('request', row.id)), [live, apply])
  const resume = useCallback(() => {
    apply(all(resumed, withParam('request', null)), 'replace')
    reading.again()
    page.current?.querySelector('[role=grid]')?.parentElement?.scrollTo({ top: 0 })
  }, [apply, reading])
  const detail = useDetailKeys({ page, rows, openId, setOpenId })

  const role = selection.filters.find((filter) => filter.key === 'role' && !filter.not)?.value
  const columns = useMemo(() => (openId !== null ? narrowColumns(pick) : requestColumns({ pick, slowNs: overview.usualP99, role })), [openId, pick, overview.usualP99, role])
  const service = selection.filters.filter((filter) => filter.key === 'service' && !filter.not).length === 1
  const fixedAway = [...hidden, ...(service ? ['service'] : []), ...(role ? ['role'] : [])]
  const onFilters = (typed: readonly TypedFilter[]) => apply(all(...typed.map(({ key, value, not }) => withFilter(key, value, not))))
  const sort = parseSort(order)
  const shared = { reading, pick, pause, resume, open, openId, live, unfilter: selection.filters.length > 0 ? () => apply(withoutFilters) : undefined, held, onHold: setHeld }

  if (isPhone) {
    return openId === null
      ? <PhoneList {...shared} overview={overview} bothEnds={role === undefined} />
      : <RequestDetail id={openId} range={range} onClose={detail.close} onStep={detail.step} apply={apply} phone />
  }
  return (
    <div ref={page} className="flex min-h-0 flex-1 flex-col">
      <HatchPattern />
      <Toolbar overview={overview} reading={reading} live={live} bothEnds={role === undefined} onFilters={onFilters} onResume={resume} columns={requestColumns({ pick, slowNs: null, role })} hidden={hidden} onHidden={setHidden} />
      <div className="flex min-h-0 flex-1 items-stretch">
        {openId === null && <FacetList answer={overview.facets.data} filters={selection.filters} apply={apply} />}
        <div className={`flex min-h-0 min-w-0 flex-col ${openId === null ? 'flex-1' : 'w-[536px] flex-none border-r border-line max-wide:w-[420px]'}`}>
          {openId === null && <HistogramStrip overview={overview} live={live && order === NEWEST_FIRST} held={held} newer={reading.list.newer} order={order} apply={apply} />}
          <RequestTable {...shared} columns={columns} hidden={openId === null ? fixedAway : []} sort={sort} onSort={(next) => setOrder(formatSort(next) === NEWEST_FIRST ? null : formatSort(next))} follows={order === NEWEST_FIRST} />
        </div>
        {openId !== null && <RequestDetail id={openId} range={range} onClose={detail.close} onStep={detail.step} apply={apply} />}
      </div>
    </div>
  )
}
