import type { ProcessDescribed, ProcessExecuted, ProcessStarted } from '@sonde/shared/observation'
import type { KernelFacts } from './process/index.ts'

/** What is remembered of a process while it lives, and shortly after. */
export interface Entry extends KernelFacts {
  comm: string
  filename: string
  commandArgs: readonly string[]
  startedAt: number
  netns: number
  /** Cut once the process has been described, so that a chain of daemons doesn't hold all its ancestors. */
  parent: Entry | undefined
  instance: Instance | undefined
  /** Ports it was seen to listen on before it had an instance. */
  ports: number[]
  /** It was seen on the network: reason enough to be a service. */
  talks: boolean
  /** /proc was asked where it listens; later listeners are reported. */
  scanned: boolean
  readonly existing: boolean
  /** It has been looked at since it has lived for a while. */
  stays: boolean
  exitedAt: number
  /** It became another program, which has an entry of its own. */
  replaced: boolean
  /** What was last said of it. */
  said: ProcessDescribed | undefined
}

/** Records of a connection may come after its process has ended. */
export const KEPT_AFTER_EXIT_NS = 5e9

/** It ended so long ago that the model may have forgotten it, and would take what is said of it for a process that lives. */
export function isForgotten(entry: Entry, now: number): boolean {
  return entry.exitedAt !== 0 && now - entry.exitedAt >= KEPT_AFTER_EXIT_NS
}

/** How long a process without a chosen name that doesn't talk must live to be a service. */
export const STAYS_AFTER_NS = 10e9

export function entryOf(o: ProcessStarted | ProcessExecuted, parent: Entry | undefined, existing: boolean): Entry {
  const executed = o.kind === 'process-executed'
  return {
    pid: o.pid,
    startedAt: o.startedAt,
    comm: o.comm,
    uid: o.uid,
    netns: o.netns,
    filename: executed ? o.filename : (parent?.filename ?? ''),
    commandArgs: executed ? o.commandArgs : (parent?.commandArgs ?? []),
    parent,
    instance: undefined,
    ports: [],
    talks: false,
    scanned: false,
    existing,
    stays: false,
    exitedAt: 0,
    replaced: false,
    said: undefined,
  }
}

/** One running server or program, however many processes it has: they share its name. */
export interface Instance {
  /** The name without what tells it from others of its kind. */
  readonly base: string
  readonly kind: string
  readonly namedBy: string
  /** Of a server that is named after its product alone. */
  readonly defaultPorts: readonly number[] | undefined
  readonly netns: number
  /** A tool: no service before it talks, however long it runs. */
  readonly byHand: boolean
  /** Where any of its processes listens. */
  readonly ports: Set<number>
  /** Processes of it that live. */
  readonly members: Set<Entry>
  /** It has been seen on the network. */
  talks: boolean
  /** Given when it is first needed; undefined before. */
  name: string | undefined
  /** What its members have been said to be. */
  saidName: string | undefined
  /** The name was given with its ports known: from then on it stays. */
  settled: boolean
}

/** For a pid that was met on a socket before any probe told of the process. */
export function unannounced(pid: number): Entry {
  return {
    pid, startedAt: 0, comm: '', uid: 0, netns: 0, filename: '', commandArgs: [], parent: undefined, instance: undefined,
    ports: [], talks: true, scanned: false, existing: true, stays: false, exitedAt: 0, replaced: false, said: undefined,
  }
}
