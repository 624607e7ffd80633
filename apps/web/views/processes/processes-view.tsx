'use client'
import { useMemo } from 'react'
import { processKey, useParam, useProcesses, useSelection } from '../../live/index.ts'
import { ColumnMenu, useHiddenColumns } from '../../ui/column-menu.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { grouped } from '../../ui/format.ts'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { Segments } from '../../ui/segments.tsx'
import { formatSort, parseSort } from '../../ui/table-column.ts'
import { useEscape } from '../../ui/use-escape.ts'
import { useZoneOffset } from '../../ui/use-zone-offset.ts'
import { processColumns } from './columns.tsx'
import { ProcessDetail } from './detail.tsx'
import { arranged, levelPx, matching, selected, totals, type Arrangement, type ProcessRow } from './rows.ts'

const ARRANGEMENTS: readonly (readonly [Arrangement, string])[] = [['tree', 'Tree'], ['service', 'By service'], ['flat', 'Flat']]
const rowKey = (row: ProcessRow) => row.key
const isEnded = (row: ProcessRow) => row.process !== undefined && row.process.exitedAt !== null

/** What runs and ran on the host: who began whom, when, and how it ended. */
export function ProcessesView() {
  const { processes, span, now } = useProcesses()
  const { selection } = useSelection()
  const [by, setBy] = useParam('by')
  const [find, setFind] = useParam('find', 'replace')
  const [sort, setSort] = useParam('sort')
  const [open, setOpen] = useParam('process')
  const [hidden, setHidden] = useHiddenColumns('processes', ['memory'])
  const arrangement = ARRANGEMENTS.find(([id]) => id === by)?.[0] ?? 'tree'
  const found = useMemo(() => matching(selected(processes, selection.filters), find ?? ''), [processes, selection, find])
  // A sorted tree is none: sorting lays it flat, services keep theirs.
  const rows = useMemo(() => arranged(found, sort !== null ? 'flat' : arrangement), [found, arrangement, sort])
  const offsetMinutes = useZoneOffset(span.toMs)
  const px = levelPx(rows)
  const columns = useMemo(() => processColumns(span, offsetMinutes, px), [span, offsetMinutes, px])
  const chosen = processes.find((process) => processKey(process) === open)
  useEscape(chosen !== undefined, () => setOpen(null))
  return (
    <>
      <FilterBar>
        <FilterField label="Filter processes" placeholder="name, pid, user, unit …" value={find ?? ''} onChange={(text) => setFind(text === '' ? null : text)} />
        {processes.length > 0 && <Totals {...totals(found, span.fromMs)} />}
        <span className="flex-1" />
        <Segments label="Arrangement" options={ARRANGEMENTS} chosen={arrangement} onChoose={(id) => { setSort(null); setBy(id === 'tree' ? null : id) }} />
        <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <DataTable
          label="Processes"
          className="min-h-0 min-w-0 flex-1"
          columns={columns}
          hidden={hidden}
          rows={rows}
          rowKey={rowKey}
          rowHeight={24}
          sort={useMemo(() => parseSort(sort), [sort])}
          onSort={(next) => setSort(formatSort(next))}
          ended={isEnded}
          selected={open ?? undefined}
          onOpen={({ process }) => process && setOpen(processKey(process))}
          loading={now.loading}
          dim={now.dim}
          empty={now.error ? <ErrorNote error={now.error} onRetry={now.retry} /> : <Nothing find={find} onClear={() => setFind(null)} />}
        />
        {chosen && <ProcessDetail process={chosen} onClose={() => setOpen(null)} />}
      </div>
    </>
  )
}

function Nothing({ find, onClear }: { readonly find: string | null; readonly onClear: () => void }) {
  if (find !== null) return <EmptyNote action={{ name: 'Show all', run: onClear }}>No process matches what is typed.</EmptyNote>
  return <EmptyNote>No process is known in this selection. The collector reports them once it is connected.</EmptyNote>
}

function Totals({ alive, threads, started, ended, failed }: ReturnType<typeof totals>) {
  const bold = (value: number) => <b className="font-medium text-t1">{grouped(value)}</b>
  return (
    <p className="cut text-sm text-t2 max-desk:hidden">
      {bold(alive)} processes, {bold(threads)} threads; {bold(started)} started and {bold(ended)} ended in range
      {failed > 0 && <>, <b className="font-medium text-bad">{grouped(failed)}</b> with an error</>}
    </p>
  )
}
