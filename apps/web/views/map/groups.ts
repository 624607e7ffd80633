import type { GroupKind, MapAnswer, NodeAnswer } from './model.ts'

/** More nodes than these are not taken in at a glance: groups collapse. */
export const MOST_NODES = 40

/** Nodes that may stand as one. */
export interface Group {
  /** No node has it: names of services hold no line breaks where ids do. */
  readonly id: string
  readonly kind: GroupKind
  readonly label: string
  readonly members: readonly string[]
}

/** What collapses, the least missed first; each step takes the ones before with it. */
export const STEPS: readonly (readonly GroupKind[])[] = [[], ['network'], ['network', 'container', 'unit'], ['network', 'container', 'unit', 'host']]

/**
 * The groups of a map at the first step, `least` or later, at which no more than forty nodes are left (the last, if it
 * is at none), by the names of their members. A group of one is none.
 */
export function groupsOf(map: MapAnswer, hostName: (id: string) => string, least = 0): { readonly step: number; readonly groups: ReadonlyMap<string, Group> } {
  for (let step = least; ; step++) {
    const groups = groupsAt(map, STEPS[step]!, hostName)
    const hidden = [...new Set(groups.values())].reduce((sum, group) => sum + group.members.length - 1, 0)
    if (map.nodes.length - hidden <= MOST_NODES || step === STEPS.length - 1) return { step, groups }
  }
}

function groupsAt(map: MapAnswer, kinds: readonly GroupKind[], hostName: (id: string) => string): ReadonlyMap<string, Group> {
  const calling = new Set(map.edges.map((edge) => edge.from))
  const oneHost = new Set(map.nodes.flatMap(({ host }) => host ?? [])).size < 2
  const found = new Map<string, Group & { readonly members: string[] }>()
  for (const node of map.nodes) {
    // The widest that is allowed: of a host that is one node, its units are not seen.
    const place = (!oneHost && kinds.includes('host') && hostOf(node, hostName)) || (kinds.includes('unit') && ownPlace(node)) || (kinds.includes('network') && networkOf(node, calling.has(node.id))) || undefined
    if (!place) continue
    const id = ['group', place.kind, place.label, place.side ?? ''].join('\n')
    const group = found.get(id)
    if (group) group.members.push(node.id)
    else found.set(id, { id, kind: place.kind, label: place.label, members: [node.id] })
  }
  return new Map([...found.values()].filter(({ members }) => members.length > 1).flatMap((group) => group.members.map((name) => [name, group] as const)))
}

interface Place {
  readonly kind: GroupKind
  readonly label: string
  readonly side?: string
}

const hostOf = (node: NodeAnswer, hostName: (id: string) => string): Place | undefined => (node.host === null ? undefined : { kind: 'host', label: hostName(node.host) })

function ownPlace({ container, unit }: NodeAnswer): Place | undefined {
  if (container !== null) return { kind: 'container', label: container }
  return unit === null ? undefined : { kind: 'unit', label: unit }
}

/** Addresses outside by their network; callers and called apart, or everything would seem to call itself. */
function networkOf({ kind, id }: NodeAnswer, calls: boolean): Place | undefined {
  if (kind === 'service') return undefined
  const side = calls ? 'calling' : 'called'
  if (kind === 'unknown') return { kind: 'network', label: 'not named', side }
  const label = network(id)
  return label === undefined ? undefined : { kind: 'network', label, side }
}

const PRIVATE_4 = /^(10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./

/** `10.20.0.0/16` of a private address, `internet` of a public one; undefined of a name. */
export function network(peer: string): string | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?::\d+)?$/.exec(peer)
  if (four) return PRIVATE_4.test(peer) ? `${four[1]}.${four[2]}.0.0/16` : 'internet'
  const six = /^\[?([0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,})(?:%\w+)?(?:\](?::\d+)?)?$/i.exec(peer)?.[1]
  if (six === undefined) return undefined
  return /^(f[cd]|fe[89ab])/i.test(six) ? 'private IPv6' : 'internet'
}
