import type { Process } from './resources.ts'

/** A process among all: its pid may be used again, and other hosts have the same. */
export const processKey = ({ host, pid, startedAt }: Process): string => `${host} ${pid} ${startedAt}`

/** What a process is called: by its program where Node.js (since 23) calls every one of its main threads the same. */
export const programOf = ({ comm, commandLine }: Pick<Process, 'comm' | 'commandLine'>): string =>
  (comm === 'MainThread' ? commandLine.split(' ')[0]!.split('/').at(-1) : '') || comm

/**
 * Processes alive at some moment of a range, from those that lived in it when it was asked for, and those that run `now`
 * (undefined: that isn't asked). One that ran then and does not now has ended since: it is left out until its end is known.
 */
export function processesWithin(then: readonly Process[], now: readonly Process[] | undefined, fromMs: number, toMs: number): Process[] {
  const atEnd = new Set(now?.map(processKey))
  const known = new Map(then.filter((process) => process.exitedAt !== null || now === undefined || atEnd.has(processKey(process))).map((process) => [processKey(process), process]))
  for (const process of now ?? []) known.set(processKey(process), process)
  return [...known.values()].filter(({ startedAt, exitedAt }) => Date.parse(startedAt) < toMs && (exitedAt === null || Date.parse(exitedAt) >= fromMs))
}
