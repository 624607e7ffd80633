'use client'
import { useMemo } from 'react'
import { baseName, type FlamePalette } from '../../charts/flame-palette.ts'
import { functionTotals } from '../../charts/flame-totals.ts'
import { functionKey } from '../../charts/flame-tree.ts'
import { useParam } from '../../live/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { count, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import { formatSort, parseSort, type Column } from '../../ui/table-column.ts'
import { placeOf, sourceOf, type Whole } from './figures.ts'
import { Swatch } from './frame-facts.tsx'
import type { Flame } from './use-flame.ts'

interface FunctionRow {
  readonly key: string
  readonly index: number
  readonly self: number
  readonly total: number
}

interface FunctionTableProps {
  readonly flame: Flame
  readonly whole: Whole
  readonly palette: FlamePalette
  /** Only what a narrow place has room for. */
  readonly isNarrow?: boolean
  readonly chosen: string | null
  readonly onOpen: (key: string) => void
  readonly dim: boolean
}

const rowKey = (row: FunctionRow) => row.key
const NARROW_HIDDEN = ['selfCount', 'totalCount', 'kind', 'binary', 'source']

function columnsOf({ tree }: Flame, { sampleCount }: Whole, { fills, classOf, isHatched }: FlamePalette): readonly Column<FunctionRow>[] {
  const of = ({ index }: FunctionRow) => tree.functions[index]!
  const part = (samples: number) => <Num figure={share(sampleCount === 0 ? null : samples / sampleCount)} slot="none" />
  return [
    { id: 'name', head: 'Function', fixed: true, value: (row) => of(row).name, cell: (row) => <span className="flex items-center gap-2"><Swatch fill={fills[classOf[row.index]!]!} isHatched={isHatched[row.index] === 1} /><span className="mono cut"><Name text={of(row).name} /></span></span> },
    { id: 'self', head: 'Self', width: 84, end: true, descendingFirst: true, value: (row) => row.self, cell: (row) => part(row.self) },
    { id: 'selfCount', head: 'Samples', width: 92, end: true, descendingFirst: true, className: 'text-t2', value: (row) => row.self, cell: (row) => <Num figure={count(row.self)} slot="none" /> },
    { id: 'total', head: 'Total', width: 84, end: true, descendingFirst: true, value: (row) => row.total, cell: (row) => part(row.total) },
    { id: 'totalCount', head: 'Samples', label: 'Samples in all', width: 92, end: true, descendingFirst: true, className: 'text-t2', value: (row) => row.total, cell: (row) => <Num figure={count(row.total)} slot="none" /> },
    { id: 'kind', head: 'Kind', width: 84, className: 'text-t2', value: (row) => of(row).kind, cell: (row) => of(row).kind },
    { id: 'binary', head: 'Binary', width: 180, hideBelow: 900, className: 'text-t2', value: (row) => of(row).binary, cell: (row) => <span title={of(row).binary}><Name text={baseName(of(row).binary) || '–'} /></span> },
    { id: 'place', head: 'File', width: 220, hideBelow: 1100, className: 'mono text-t3', value: (row) => placeOf(of(row)) || null, cell: (row) => <Name text={placeOf(of(row)) || '–'} /> },
    { id: 'source', head: 'Name from', width: 200, hideBelow: 1250, className: 'text-t3', value: (row) => of(row).nameSource, cell: (row) => <span title={sourceOf(of(row))}>{sourceOf(of(row)).replace('name from ', '')}</span> },
  ]
}

/** The picture as figures: every function with its own samples and those of all it called; Enter shows who calls it and what it calls. */
export function FunctionTable({ flame, whole, palette, isNarrow = false, chosen, onOpen, dim }: FunctionTableProps) {
  const [order, setOrder] = useParam('order', 'replace')
  const { tree, weights, matches } = flame
  const rows = useMemo(
    () => functionTotals(tree, weights).filter(({ index }) => !matches || matches[index] === 1).map((one): FunctionRow => ({ ...one, key: functionKey(tree, one.index) })),
    [tree, weights, matches],
  )
  const columns = useMemo(() => columnsOf(flame, whole, palette), [flame, whole, palette])
  return (
    <DataTable
      label="Functions" columns={columns} rows={rows} rowKey={rowKey} rowHeight={24} calm hidden={isNarrow ? NARROW_HIDDEN : []} sort={parseSort(order ?? '-self')} onSort={(sort) => setOrder(formatSort(sort))}
      selected={chosen ?? undefined} onOpen={(row) => onOpen(row.key)} dim={dim} empty={matches ? 'No function matches.' : 'No function was sampled.'}
    />
  )
}
