import { placeLeaders, type Leader } from './leaders.ts'
import type { Gap, GapKind, RequestGaps } from './request-gaps.ts'
import { linearScale } from './scale.ts'

/** A part drawn on a lane. */
export interface TimelinePart {
  readonly kind: GapKind
  readonly x: number
  readonly width: number
  readonly ns: number
  /** Its name fits into it. */
  readonly named: boolean
  /** Its figure fits too. */
  readonly figured: boolean
}

/** A part that is named beside the lane. */
export interface TimelineLeader extends Leader {
  readonly kind: GapKind
  readonly ns: number
  readonly x: number
}

export interface TimelineLane {
  readonly y: number
  readonly x: number
  readonly width: number
  readonly parts: readonly TimelinePart[]
  readonly leaders: readonly TimelineLeader[]
}

export interface TimelineLayout {
  readonly height: number
  readonly left: number
  readonly right: number
  /** Both ends: waiting as one dashed box, the network named under it. */
  readonly client: TimelineLane | undefined
  readonly server: TimelineLane | undefined
}

export const LANE_PX = 20
/** Column of lane names. */
export const NAMES_PX = 86
const TOP_PX = 32
const ROW_PX = 15
const CHAR_PX = 6.1
/** Least width of a part that bears its own name. */
const NAMED_PX = 46
const FIGURED_PX = 150

export const GAP_NAMES: Readonly<Record<GapKind, string>> = {
  'sending': 'sending',
  'network-out': 'network out',
  'queue': 'queue',
  'reading': 'reading',
  'service': 'in service',
  'response': 'response',
  'network-back': 'network back, unread',
  'waiting': 'waiting',
  'unaccounted': 'not seen',
}

const OF_CLIENT: ReadonlySet<GapKind> = new Set(['network-out', 'network-back'])

/** Places lanes, parts and labels of a request `width` wide. `figure` is how a duration is written. */
export function timelineLayout(gaps: RequestGaps, width: number, figure: (ns: number) => string): TimelineLayout {
  const left = NAMES_PX
  const right = width - 16
  const x = linearScale(0, gaps.wallNs, left, right)
  const lane = (y: number, [from, to]: readonly [number, number], own: readonly Gap[], isBox: boolean): TimelineLane => {
    const shown = own.filter((gap) => gap.to > gap.from)
    const parts = isBox ? [] : shown.map((gap) => partOf(gap, x, figure))
    const pointed = isBox ? shown : shown.filter((_, i) => !parts[i]!.named)
    return { y, x: x(from), width: Math.max(1, x(to) - x(from)), parts, leaders: leadersOf(pointed, x, left, right, figure) }
  }
  const both = gaps.client !== undefined && gaps.server !== undefined
  const client = gaps.client && lane(TOP_PX, gaps.client, both ? gaps.gaps.filter((gap) => OF_CLIENT.has(gap.kind)) : gaps.gaps, both)
  const serverTop = client ? client.y + LANE_PX + roomOf(client) + 12 : TOP_PX
  const server = gaps.server && lane(serverTop, gaps.server, both ? gaps.gaps.filter((gap) => !OF_CLIENT.has(gap.kind)) : gaps.gaps, false)
  const last = server ?? client
  return { height: last ? last.y + Math.max(LANE_PX + roomOf(last), 30) + 6 : 0, left, right, client, server }
}

function roomOf(lane: TimelineLane): number {
  const rows = Math.max(0, ...lane.leaders.map((leader) => leader.row + 1))
  return rows === 0 ? 6 : 8 + rows * ROW_PX
}

function partOf(gap: Gap, x: (ns: number) => number, figure: (ns: number) => string): TimelinePart {
  const ns = gap.to - gap.from
  const width = Math.max(1.5, x(gap.to) - x(gap.from) - 1)
  const name = GAP_NAMES[gap.kind].length * CHAR_PX + 12
  return { kind: gap.kind, x: x(gap.from), width, ns, named: width >= Math.max(NAMED_PX, name), figured: width >= Math.max(FIGURED_PX, name + figure(ns).length * CHAR_PX + 12) }
}

function leadersOf(gaps: readonly Gap[], x: (ns: number) => number, left: number, right: number, figure: (ns: number) => string): TimelineLeader[] {
  const middles = gaps.map((gap) => (x(gap.from) + x(gap.to)) / 2)
  const labels = gaps.map((gap) => (GAP_NAMES[gap.kind].length + 1 + figure(gap.to - gap.from).length) * CHAR_PX)
  const leaders = placeLeaders(gaps.map((_, i) => ({ x: middles[i]!, labelWidth: labels[i]! })), left, right)
  return gaps.map((gap, i) => ({ ...leaders[i]!, kind: gap.kind, ns: gap.to - gap.from, x: middles[i]! }))
}

/** Where the baseline of a leader's label is. */
export function leaderY(lane: TimelineLane, row: number): number {
  return lane.y + LANE_PX + 16 + row * ROW_PX
}
