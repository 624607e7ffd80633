'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiFailure, get, queryOf, useLate, useRows, type ApiError, type Params } from '../../live/index.ts'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { EMPTY_LIST, PAGE_ROWS, withFirstPage, withLive, withNextPage, type RequestList } from './request-list.ts'

interface Page {
  readonly requests: readonly RequestAnswer[]
  readonly nextCursor?: string
}

export interface ListAsked {
  /** Filters of the API. */
  readonly filters: Params
  /** The range as the API takes it now, and what names it: pausing changes the first and not the second. */
  readonly range: { readonly from: string; readonly to: string }
  readonly rangeKey: string
  /** New rows can come: the range ends now or did when it was paused. */
  readonly follows: boolean
  /** `-startTime`, `durationNs` …. */
  readonly order: string
  readonly live: boolean
  /** It stands still for a moment, as under a pointer. */
  readonly held: boolean
}

export interface ListReading {
  readonly list: RequestList<RequestAnswer>
  readonly loading: boolean
  /** It has taken 300 ms: the rows shown are of another question. */
  readonly dim: boolean
  readonly error: ApiError | undefined
  /** Reads the first page again. */
  again(): void
  /** Reads the next page if there is one and none is on its way. */
  more(): void
}

/** Rows and what they answer. */
interface Answered {
  /** The question and which asking of it. */
  readonly key: string
  readonly list: RequestList<RequestAnswer>
}

interface ListState extends Answered {
  readonly question: string
  /** Rows that came live before the first page of what is asked now. */
  readonly ahead: Answered
  readonly error: ApiError | undefined
}

const NOTHING: Answered = { key: '', list: EMPTY_LIST }

/** Requests of the selection: the first page, further pages as one scrolls, new rows on top while live. Bounded. */
export function useRequestList(asked: ListAsked): ListReading {
  const [state, setState] = useState<ListState>({ ...NOTHING, question: '', ahead: NOTHING, error: undefined })
  const [round, setRound] = useState(0)
  const again = useCallback(() => setRound((before) => before + 1), [])
  const byTime = asked.order === '-startTime'
  const question = `${queryOf(asked.filters)} ${asked.order} ${asked.rangeKey}`
  const key = `${question} ${round}`
  const latest = useRef(asked)
  useEffect(() => {
    latest.current = asked
  })

  useEffect(() => {
    const abort = new AbortController()
    const { filters, range, order } = latest.current
    get<Page>('requests', { ...filters, ...range, order, limit: PAGE_ROWS }, abort.signal).then(
      (page) => setState(({ ahead }) => ({ key, question, ahead: NOTHING, error: undefined, list: withFirstPage(ahead.key === key ? ahead.list : EMPTY_LIST, page.requests, page.nextCursor, order === '-startTime') })),
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ key, question, ahead: NOTHING, list: EMPTY_LIST, error: problemOf(error) })
      },
    )
    return () => abort.abort()
  }, [key, question])

  useAgainWhenLive(asked.live, again)
  useRows<RequestAnswer>(byTime && asked.follows ? 'requests' : null, asked.filters, (rows, skipped) => {
    const grown = (list: RequestList<RequestAnswer>) => withLive(list, rows, skipped, asked.held || !asked.live)
    setState((before) => (before.key === key ? { ...before, list: grown(before.list) } : { ...before, ahead: { key, list: grown(before.ahead.key === key ? before.ahead.list : EMPTY_LIST) } }))
  })
  const more = useMore(state, latest, setState)
  const loading = state.key !== key
  // Of another question nothing is kept once rows of this one are there; asked again, the same list stays until its page comes.
  const shown = state.question !== question && state.ahead.key === key && state.ahead.list.rows.length > 0 ? state.ahead : state
  const isOld = loading && shown === state && state.key !== ''
  return { list: shown.list, loading, dim: useLate(isOld), error: loading ? undefined : state.error, again, more }
}

/** Going on after a pause begins at the newest. */
function useAgainWhenLive(live: boolean, again: () => void): void {
  const was = useRef(live)
  useEffect(() => {
    if (live && !was.current) again()
    was.current = live
  }, [live, again])
}

function useMore(state: ListState, latest: { readonly current: ListAsked }, setState: (change: (before: ListState) => ListState) => void): () => void {
  const reading = useRef(false)
  return useCallback(() => {
    const { rest } = state.list
    if (rest.kind === 'end' || reading.current) return
    reading.current = true
    const { filters, range, order } = latest.current
    const place: Params = rest.kind === 'cursor' ? { cursor: rest.cursor } : { from: range.from, to: rest.to }
    get<Page>('requests', { ...filters, ...place, order, limit: PAGE_ROWS })
      .then(
        (page) => setState((before) => (before.list.rest === rest ? { ...before, list: withNextPage(before.list, page.requests, page.nextCursor) } : before)),
        (error: unknown) => setState((before) => ({ ...before, error: problemOf(error) })),
      )
      .finally(() => {
        reading.current = false
      })
  }, [state.list, latest, setState])
}

function problemOf(error: unknown): ApiError {
  return error instanceof ApiFailure ? error.problem : { query: 'GET /api/v1/requests', status: 0, title: 'Failed', detail: String(error) }
}
