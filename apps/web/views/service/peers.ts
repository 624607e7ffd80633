import type { Percentiles, RequestGroups } from '../../live/index.ts'
import type { Role } from './model.ts'

/** Of `/api/v1/service-map`. */
export interface ServiceMap {
  readonly nodes: readonly { readonly id: string; readonly kind: 'service' | 'external' | 'unknown' }[]
  readonly edges: readonly Edge[]
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly requestCount: number
  readonly requestRate: number
  readonly durationNs: Percentiles
  readonly retransmits: number
}

/** Who calls the service, or whom it calls, over one protocol. */
export interface Peer {
  readonly name: string
  readonly protocol: string
  /** A watched service: it has a page of its own. */
  readonly watched: boolean
  readonly rate: number
  readonly p95: number | null
  /** p95 against that of the hour before; undefined if either has too few requests. */
  readonly slower: number | undefined
  readonly line: readonly (number | null)[]
}

export interface Peers {
  readonly callers: readonly Peer[]
  readonly callees: readonly Peer[]
  /** Of all its connections in the range. */
  readonly retransmits: number
}

export interface PeerAnswers {
  /** Edges of the range: which there are. */
  readonly whole: ServiceMap
  /** What the figures are of. */
  readonly now: ServiceMap | undefined
  readonly before: ServiceMap | undefined
  /** By role, peer and protocol, in steps. */
  readonly lines: RequestGroups | undefined
}

const ENOUGH = 20

/** Both sides of a service on the map, most requests first. */
export function peersOf(service: string, { whole, now, before, lines }: PeerAnswers): Peers {
  const present = byEdge(now)
  const earlier = byEdge(before)
  const known = new Set(whole.edges.map(edgeKey))
  const edges = [...whole.edges, ...(now?.edges ?? []).filter((edge) => !known.has(edgeKey(edge)))]
  const watched = new Set([...whole.nodes, ...(now?.nodes ?? [])].filter(({ kind }) => kind === 'service').map(({ id }) => id))
  const lineOf = new Map((lines?.groups ?? []).map(({ key, points }) => [`${key.role}\n${key.peer}\n${key.protocol}`, points.map(({ durationNs }) => durationNs.p95)]))
  const side = (role: Role): Peer[] => {
    const [mine, other] = role === 'server' ? (['to', 'from'] as const) : (['from', 'to'] as const)
    const rows = edges.filter((edge) => edge[mine] === service).map((edge): Peer => {
      const [at, past] = [present.get(edgeKey(edge)), earlier.get(edgeKey(edge))]
      const comparable = (at?.requestCount ?? 0) >= ENOUGH && (past?.requestCount ?? 0) >= ENOUGH && at?.durationNs.p95 && past?.durationNs.p95
      return {
        name: edge[other], protocol: edge.protocol, watched: watched.has(edge[other]), rate: at?.requestRate ?? 0, p95: at?.durationNs.p95 ?? null,
        slower: comparable ? at.durationNs.p95! / past.durationNs.p95! : undefined, line: lineOf.get(`${role}\n${edge[other]}\n${edge.protocol}`) ?? [],
      }
    })
    return rows.sort((a, b) => b.rate - a.rate || (a.name < b.name ? -1 : 1))
  }
  return { callers: side('server'), callees: side('client'), retransmits: whole.edges.reduce((sum, edge) => sum + edge.retransmits, 0) }
}

const edgeKey = ({ from, to, protocol }: Edge): string => `${from}\n${to}\n${protocol}`
const byEdge = (map: ServiceMap | undefined) => new Map((map?.edges ?? []).map((edge) => [edgeKey(edge), edge]))
