import type { ReactNode } from 'react'

/** A column of a DataTable. */
export interface Column<Row> {
  readonly id: string
  readonly head: ReactNode
  /** Name in the columns menu and for readers, where `head` isn't text. */
  readonly label?: string
  /** Pixels, cell padding included; the columns without share the rest. */
  readonly width?: number
  /** Numbers and ages: aligned to the right. */
  readonly end?: boolean
  /** What it sorts by; without it the column doesn't sort. null sorts last. */
  readonly value?: (row: Row) => string | number | null | undefined
  readonly cell: (row: Row) => ReactNode
  /** The first click sorts downwards: right for numbers. */
  readonly descendingFirst?: boolean
  /** Left out when the table is narrower, in pixels. */
  readonly hideBelow?: number
  /** Can't be switched off. */
  readonly fixed?: boolean
  /** Classes of its cells. */
  readonly className?: string
  readonly headClassName?: string
}

export interface Sort {
  readonly id: string
  readonly descending: boolean
}

/** `-duration` ⇄ { id: 'duration', descending: true }, as the API and the URL write it. */
export const parseSort = (text: string | null): Sort | undefined => (text === null || text === '' ? undefined : text.startsWith('-') ? { id: text.slice(1), descending: true } : { id: text, descending: false })
export const formatSort = ({ id, descending }: Sort): string => (descending ? `-${id}` : id)

/** The name of a column as text. */
export const labelOf = <Row>({ label, head, id }: Column<Row>): string => label ?? (typeof head === 'string' ? head : id)
