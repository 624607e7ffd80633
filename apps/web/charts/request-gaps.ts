/** Moments of one end, in nanoseconds from its own beginning; null if not seen. */
export interface EndMoments {
  /** Wall-clock nanoseconds at which it begins: arrival at a server, the begin of sending at a client. */
  readonly startNs: bigint
  readonly readNs: number | null
  readonly requestEndNs: number | null
  readonly firstByteNs: number | null
  readonly lastByteNs: number | null
}

export type GapKind = 'sending' | 'network-out' | 'queue' | 'reading' | 'service' | 'response' | 'network-back' | 'waiting' | 'unaccounted'

/** A stretch of a request's wall time, in nanoseconds from where the picture begins. */
export interface Gap {
  readonly kind: GapKind
  readonly from: number
  readonly to: number
}

export interface RequestGaps {
  /** From the picture's begin to its end. */
  readonly wallNs: number
  /** In order, without a hole between them: they add up to `wallNs`. Those of no length are there too. */
  readonly gaps: readonly Gap[]
  /** Begin and end of each end's lane. */
  readonly client: readonly [number, number] | undefined
  readonly server: readonly [number, number] | undefined
  /** How far a moment of one end lay outside of what the other allows, at most; then it was moved to the nearest allowed place. */
  readonly overlapNs: number
}

type Cut = readonly [kind: GapKind, end: number | null]

/**
 * The named stretches of a request. With both ends: network out, queue, reading, service, response, network back with
 * what lay unread. With one end: only what it saw. A moment that was not seen makes what it bounds unaccounted.
 */
export function requestGaps(server: EndMoments | undefined, client: EndMoments | undefined): RequestGaps | undefined {
  const base = client ?? server
  if (!base) return undefined
  const offset = server && client ? Number(server.startNs - client.startNs) : 0
  const wallNs = endOf(base) ?? 0
  const cuts = server && client ? joined(server, offset, wallNs) : server ? ofServer(server, 0) : ofClient(client!)
  const { gaps, overlapNs } = cutUp(cuts, wallNs)
  const lane = (end: EndMoments | undefined, from: number) => end && ([clamp(from, wallNs), clamp(from + (endOf(end) ?? wallNs - from), wallNs)] as const)
  return { wallNs, gaps, overlapNs, client: lane(client, 0), server: lane(server, offset) }
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most)
const endOf = (end: EndMoments) => end.lastByteNs ?? end.firstByteNs ?? end.requestEndNs ?? end.readNs
const plus = (value: number | null, offset: number) => (value === null ? null : value + offset)

function ofServer(server: EndMoments, offset: number): Cut[] {
  // A request whose last byte was read at once was not read on afterwards.
  const read = server.readNs
  const whole = server.requestEndNs === null || (read !== null && server.requestEndNs < read) ? read : server.requestEndNs
  return [['queue', plus(read, offset)], ['reading', plus(whole, offset)], ['service', plus(server.firstByteNs, offset)], ['response', plus(server.lastByteNs, offset)]]
}

function ofClient(client: EndMoments): Cut[] {
  return [['sending', client.requestEndNs], ['waiting', client.firstByteNs], ['response', client.lastByteNs]]
}

function joined(server: EndMoments, offset: number, wallNs: number): Cut[] {
  return [['network-out', offset], ...ofServer(server, offset), ['network-back', wallNs]]
}

/** Lays the cuts end to end: none begins before the one before it ended, none goes past the wall. */
function cutUp(cuts: readonly Cut[], wallNs: number): { gaps: Gap[]; overlapNs: number } {
  const gaps: Gap[] = []
  let at = 0
  let overlapNs = 0
  let unknown = false
  for (const [kind, end] of cuts) {
    if (end === null) {
      unknown = true
      continue
    }
    const to = Math.min(Math.max(end, at), wallNs)
    overlapNs = Math.max(overlapNs, Math.abs(end - to))
    gaps.push({ kind: unknown ? 'unaccounted' : kind, from: at, to })
    at = to
    unknown = false
  }
  if (at < wallNs) gaps.push({ kind: 'unaccounted', from: at, to: wallNs })
  return { gaps, overlapNs }
}
