/** Of `/api/v1/connections`. */
export interface Connection {
  readonly id: string
  readonly service: string
  readonly peer: string
  readonly role: 'server' | 'client'
  readonly local: string
  readonly remote: string
  readonly state: string
  readonly openedAt: string
  readonly closedAt: string | null
  readonly connectNs: number | null
  readonly srttNs: number | null
  readonly retransmits: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly failure: string | null
  readonly host: string
  readonly pid: number
  readonly protocol: string
  readonly undecoded: boolean
  /** Segments of it that this host dropped, and the kernel's reason for the last one. */
  readonly drops: number
  readonly dropReason: string | null
  readonly resetBy: Ends | null
  /** Whose receive window is closed now. */
  readonly zeroWindow: Ends | null
  readonly windowLimitedNs: number | null
  readonly bufferLimitedNs: number | null
  readonly unreadNs: number
  readonly unreadMostNs: number
  readonly unreadBytes: number
  readonly unackedBytes: number
}

export type Ends = 'local' | 'remote' | 'both'

export const SHOWN = [['all', 'All'], ['open', 'Open'], ['closed', 'Closed'], ['failed', 'Failed']] as const
export type Shown = (typeof SHOWN)[number][0]

const FAILURES: Readonly<Record<string, string>> = { refused: 'refused', reset: 'reset', timeout: 'timed out', unreachable: 'unreachable', aborted: 'aborted' }

/** A failure as people say it. */
export const failureWord = (failure: string): string => FAILURES[failure] ?? failure

/** It failed or was broken off. */
export const isFailed = (connection: Connection): boolean => connection.failure !== null || connection.state === 'failed'

/** It never was: no handshake was completed. */
const neverOpened = (connection: Connection): boolean => connection.state === 'failed'

export const isOpen = (connection: Connection): boolean => connection.closedAt === null && !neverOpened(connection)

export function isShown(connection: Connection, shown: Shown): boolean {
  switch (shown) {
    case 'all': return true
    case 'open': return isOpen(connection)
    case 'closed': return !isOpen(connection) && !isFailed(connection)
    case 'failed': return isFailed(connection)
  }
}

const SELECTED: Partial<Record<string, (connection: Connection) => string>> = {
  service: (one) => one.service, peer: (one) => one.peer, host: (one) => one.host, protocol: (one) => one.protocol, role: (one) => one.role, pid: (one) => String(one.pid), connection: (one) => one.id,
}

/** Those of the selection: of each field any of the wanted values and none of the excluded; filters that are of requests alone say nothing. */
export function selected(connections: readonly Connection[], filters: readonly { readonly key: string; readonly value: string; readonly not: boolean }[]): readonly Connection[] {
  const tests = Object.entries(SELECTED).flatMap(([key, field]) => {
    const ofField = filters.filter((filter) => filter.key === key)
    if (ofField.length === 0) return []
    const wanted = new Set(ofField.filter(({ not }) => !not).map(({ value }) => value))
    const excluded = new Set(ofField.filter(({ not }) => not).map(({ value }) => value))
    return [(one: Connection) => (wanted.size === 0 || wanted.has(field!(one))) && !excluded.has(field!(one))]
  })
  return tests.length === 0 ? connections : connections.filter((one) => tests.every((test) => test(one)))
}

/** Unique over hosts and time: a socket's cookie is its host's, and one id may be seen again after a restart. */
export const connectionKey = (connection: Connection): string => `${connection.host} ${connection.id} ${connection.openedAt}`

/** Unread for this long, the program is stuck: the probe looks every 5 s. */
const STUCK_NS = 5e9

/** What holds an open connection up, if anything does. */
export function strainWord(connection: Connection): 'not reading' | 'zero window' | undefined {
  if (!isOpen(connection)) return undefined
  if (connection.unreadNs >= STUCK_NS) return 'not reading'
  return connection.zeroWindow === null ? undefined : 'zero window'
}

/** The state in a word: what failed says how, what is held up says by what. */
export function stateWord(connection: Connection): string {
  if (connection.failure === 'reset' && connection.resetBy === 'remote') return 'reset by peer'
  if (connection.state === 'lost') return 'end not seen'
  return connection.failure !== null ? failureWord(connection.failure) : (strainWord(connection) ?? connection.state)
}

/** Failures come first, then what is held up, what is open, what is over. */
export function stateRank(connection: Connection): number {
  if (isFailed(connection)) return 0
  return strainWord(connection) ? 1 : isOpen(connection) ? 2 : 3
}

/** As a phone lists them: what failed, what is held up, what is open, what is over; of each the newest first. */
export const byTrouble = (connections: readonly Connection[]): readonly Connection[] =>
  connections.toSorted((a, b) => stateRank(a) - stateRank(b) || (a.openedAt < b.openedAt ? 1 : a.openedAt > b.openedAt ? -1 : 0))

/** Who made it and to whom: of the end that isn’t ours the address. */
export function endsOf({ role, service, remote }: Connection): Readonly<Record<'from' | 'to', { readonly text: string; readonly isAddress: boolean }>> {
  const [ours, theirs] = [{ text: service, isAddress: false }, { text: remote, isAddress: true }]
  return role === 'client' ? { from: ours, to: theirs } : { from: theirs, to: ours }
}

/** How long it was or has been open, in seconds; 0 if it never was. */
export function openSeconds(connection: Connection, nowMs: number): number {
  const end = connection.closedAt === null ? nowMs : Date.parse(connection.closedAt)
  return Math.max(0, (end - Date.parse(connection.openedAt)) / 1000)
}

export interface Counts {
  readonly open: number
  readonly closed: number
  readonly failed: number
}

export function countsOf(connections: readonly Connection[]): Counts {
  let [open, closed, failed] = [0, 0, 0]
  for (const connection of connections) {
    if (isFailed(connection)) failed++
    if (isOpen(connection)) open++
    else if (!isFailed(connection)) closed++
  }
  return { open, closed, failed }
}

export interface FailureGroup {
  readonly key: string
  readonly failure: string
  readonly service: string
  readonly peer: string
  readonly role: 'server' | 'client'
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
}

/** Failures alike: how, whose, with whom; most first. */
export function failureGroups(connections: readonly Connection[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const { failure, service, peer, role, openedAt } of connections.filter(isFailed)) {
    const key = JSON.stringify([failure ?? 'failed', service, peer, role])
    const known = groups.get(key)
    const [firstAt, lastAt] = known ? [openedAt < known.firstAt ? openedAt : known.firstAt, openedAt > known.lastAt ? openedAt : known.lastAt] : [openedAt, openedAt]
    groups.set(key, { key, failure: failure ?? 'failed', service, peer, role, count: (known?.count ?? 0) + 1, firstAt, lastAt })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
}

/** Tries of the same kind: of one service to one address as a client. */
export function triesLike(connection: Connection, connections: readonly Connection[]): readonly Connection[] {
  return connections.filter((other) => other.role === connection.role && other.service === connection.service && other.host === connection.host && (connection.role === 'client' ? other.remote === connection.remote : other.peer === connection.peer))
}

/** Which connections the filter box keeps: words in address, service, peer or protocol, all of them; `state:failed`, `service:x` …. */
export function textFilter(text: string): (connection: Connection) => boolean {
  const tests = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== '').map(wordTest)
  return (connection) => tests.every((test) => test(connection))
}

const FIELDS: Readonly<Record<string, (connection: Connection) => string>> = {
  service: (one) => one.service, peer: (one) => one.peer, role: (one) => one.role, local: (one) => one.local, remote: (one) => one.remote, protocol: (one) => one.protocol, pid: (one) => String(one.pid),
}

function wordTest(word: string): (connection: Connection) => boolean {
  const parts = /^(-?)([a-z]+):(.+)$/.exec(word)
  const [, minus, key, value] = parts ?? []
  if (key === 'state' || key === 'failure') return opposite(minus, (one) => stateWord(one).replaceAll(' ', '').includes(value!) || (value === 'failed' && isFailed(one)) || (value === 'open' && isOpen(one)) || one.state === value || one.failure === value)
  const field = key === undefined ? undefined : FIELDS[key]
  if (field) return opposite(minus, (one) => field(one).toLowerCase().includes(value!))
  return (one) => [one.local, one.remote, one.service, one.peer, one.protocol, stateWord(one), String(one.pid)].some((part) => part.toLowerCase().includes(word))
}

const opposite = (minus: string | undefined, test: (one: Connection) => boolean) => (minus === '-' ? (one: Connection) => !test(one) : test)
