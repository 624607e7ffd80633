import type { EndMoments, Gap, GapKind } from '../../charts/request-gaps.ts'
import type { RequestAnswer } from '../../server/query/request-answer.ts'

/** Of `/api/v1/requests/{id}`. */
export interface RequestEnd extends RequestAnswer {
  readonly timeline: readonly { readonly name: 'arrival' | 'read' | 'requestEnd' | 'firstByte' | 'lastByte'; readonly time: string; readonly offsetNs: number }[]
}

export interface RequestDetailAnswer extends RequestEnd {
  readonly link: { readonly server?: string; readonly client?: string }
  readonly other?: RequestEnd
}

/** The moments of one end, those that weren't seen as null. */
export function momentsOf(end: RequestEnd, instant: (text: string) => bigint | undefined): EndMoments {
  const at = (name: RequestEnd['timeline'][number]['name']) => end.timeline.find((moment) => moment.name === name)?.offsetNs ?? null
  return { startNs: instant(end.startTime) ?? 0n, readNs: at('read'), requestEndNs: at('requestEnd'), firstByteNs: at('firstByte'), lastByteNs: at('lastByte') }
}

/** Its ends by role. */
export function endsOf(detail: RequestDetailAnswer): { readonly server: RequestEnd | undefined; readonly client: RequestEnd | undefined } {
  const other = detail.other
  return detail.role === 'server' ? { server: detail, client: other } : { server: other, client: detail }
}

/** What a part means here, beside its figure. */
export function gapNote(kind: GapKind, { server, client }: ReturnType<typeof endsOf>): string {
  switch (kind) {
    case 'network-out': return 'sent, not yet arrived'
    case 'queue': return 'arrived, not yet read'
    case 'reading': return 'until it was whole'
    case 'service': return `in ${server?.service ?? 'the server'}, to the first byte back`
    case 'response': return 'from its first byte to its last'
    case 'network-back': return 'until the client had read it'
    case 'sending': return `by ${client?.service ?? 'the client'}`
    case 'waiting': return `for ${client?.peer ?? 'the server'}, network included`
    case 'unaccounted': return 'a moment of it was not seen'
  }
}

export interface GapRow {
  readonly kind: GapKind
  readonly ns: number
  readonly share: number
}

/** The parts as a table: one row a kind, what is left last. They add up to the wall time. */
export function gapRows(gaps: readonly Gap[], wallNs: number): readonly GapRow[] {
  const sums = new Map<GapKind, number>()
  for (const { kind, from, to } of gaps) sums.set(kind, (sums.get(kind) ?? 0) + to - from)
  const rest = sums.get('unaccounted') ?? 0
  sums.delete('unaccounted')
  const rows = [...sums, ['unaccounted', rest] as const]
  return rows.map(([kind, ns]) => ({ kind, ns, share: wallNs > 0 ? ns / wallNs : 0 }))
}

/** The greatest part, if it is most of it. */
export function mostOf(rows: readonly GapRow[]): GapRow | undefined {
  const greatest = rows.toSorted((a, b) => b.ns - a.ns)[0]
  return greatest && greatest.share >= 0.5 ? greatest : undefined
}
