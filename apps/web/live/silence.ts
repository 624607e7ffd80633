import type { Status } from './resources.ts'
import type { Connection } from './socket.ts'

/** Shorter than this is a restart or a hiccup, not worth a word. */
const WORTH_MS = 2000

export interface Silence {
  /** A host's name as it gave it, or who is meant. */
  readonly what: string
  readonly sinceMs: number
}

/** Who has fallen silent, so that nothing new can come at all; undefined while anybody speaks or nobody ever did. */
export function silenceOf({ state, heardMs, sinceMs }: Connection, hosts: Status['hosts'] | undefined, nowMs: number): Silence | undefined {
  const silence = state === 'away' ? { what: 'Sonde’s web process', sinceMs: heardMs ?? sinceMs } : allSilent(hosts ?? [])
  return silence && nowMs - silence.sinceMs >= WORTH_MS ? silence : undefined
}

function allSilent(hosts: Status['hosts']): Silence | undefined {
  if (hosts.length === 0 || hosts.some(({ connected }) => connected)) return undefined
  const last = hosts.reduce((latest, host) => (Date.parse(host.lastSeenAt) > Date.parse(latest.lastSeenAt) ? host : latest))
  return { what: hosts.length === 1 ? last.name : `all ${hosts.length} hosts`, sinceMs: Date.parse(last.lastSeenAt) }
}
