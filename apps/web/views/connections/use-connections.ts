'use client'
import { useCallback, useMemo } from 'react'
import { useNow, useParam, useSelection, useTopic, withParam, type Reading } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { useEscape } from '../../ui/use-escape.ts'
import { connectionKey, isShown, selected, SHOWN, textFilter, type Connection, type Shown } from './model.ts'

export interface ConnectionsAnswer {
  readonly connections: readonly Connection[]
  readonly total: number
}

/** Connections of the selection and what the URL says of them. */
export interface ConnectionsReading {
  readonly answer: Reading<ConnectionsAnswer>
  readonly connections: readonly Connection[]
  /** Those the page’s own filters keep. */
  readonly rows: readonly Connection[]
  readonly chosen: Connection | undefined
  readonly nowMs: number
  readonly find: string
  readonly setFind: (text: string) => void
  readonly shown: Shown
  readonly setShown: (shown: Shown) => void
  readonly open: (connection: Connection) => void
  /** Opens it as a step that the back button undoes. */
  readonly goTo: (connection: Connection) => void
  readonly close: () => void
  /** How many of the range’s connections are here. */
  readonly note: string | undefined
}

export const PLACEHOLDER = 'address, service, state:failed …'
/** As many as the API gives at once; past them it is said. */
const MOST = 10_000
const NONE: readonly Connection[] = []
const API_FILTERS = ['service', 'peer', 'host', 'protocol'] as const

export function useConnections(): ConnectionsReading {
  const { selection, live, range, filters, apply } = useSelection()
  const [findParam, setFindParam] = useParam('find', 'replace')
  const [shownParam, setShownParam] = useParam('shown')
  const [openKey, setOpenKey] = useParam('connection-open', 'replace')
  // The resource takes some filters and wanted values only: the others hold here.
  const asked = useMemo(() => Object.fromEntries(Object.entries(filters(API_FILTERS)).map(([key, value]) => [key, [value].flat().filter((one) => !one.startsWith('!'))])), [filters])
  const answer = useTopic<ConnectionsAnswer>('connections', { ...asked, ...range, limit: MOST }, live)
  const found = answer.data?.connections ?? NONE
  const connections = useMemo(() => selected(found, selection.filters), [found, selection.filters])
  const seconds = useNow(live)
  const find = findParam ?? ''
  const shown = SHOWN.find(([id]) => id === shownParam)?.[0] ?? 'all'
  const close = useCallback(() => setOpenKey(null), [setOpenKey])
  useEscape(openKey !== null, close)
  return {
    answer, connections, find, shown, close,
    rows: useMemo(() => connections.filter(textFilter(find)).filter((one) => isShown(one, shown)), [connections, find, shown]),
    chosen: openKey === null ? undefined : connections.find((one) => connectionKey(one) === openKey),
    nowMs: live || seconds === 0 ? seconds : Math.min(seconds, Date.parse(range.to) || seconds),
    setFind: useCallback((text: string) => setFindParam(text === '' ? null : text), [setFindParam]),
    setShown: useCallback((next: Shown) => setShownParam(next === 'all' ? null : next), [setShownParam]),
    open: useCallback((one: Connection) => setOpenKey(connectionKey(one)), [setOpenKey]),
    goTo: useCallback((one: Connection) => apply(withParam('connection-open', connectionKey(one))), [apply]),
    note: answer.data === undefined ? undefined : answer.data.total > found.length ? `of the newest ${grouped(found.length)} of ${grouped(answer.data.total)} in range` : `${grouped(connections.length)} in range`,
  }
}
