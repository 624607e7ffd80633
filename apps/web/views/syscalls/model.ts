import type { Probe, Syscall, Syscalls } from '../../live/index.ts'

export const PROBE = 'syscall_latency'

/** For the URL; a call's name has no space. */
export const callKey = ({ service, name }: Syscall): string => `${name} ${service}`

/** What the filter box keeps: words in service or call, all of them; `service:x`, `call:read`, `error:EAGAIN`; `-` before one excludes. */
export function textFilter(text: string): (call: Syscall) => boolean {
  const tests = text.trim().toLowerCase().split(/\s+/).filter((word) => word !== '').map(wordTest)
  return (call) => tests.every((test) => test(call))
}

const FIELDS: Readonly<Record<string, (call: Syscall, value: string) => boolean>> = {
  service: (call, value) => call.service.toLowerCase().includes(value),
  call: (call, value) => call.name.includes(value),
  error: (call, value) => Object.keys(call.errors).some((name) => name.toLowerCase().includes(value)),
}

function wordTest(word: string): (call: Syscall) => boolean {
  const [, minus, key, value] = /^(-?)([a-z]+):(.+)$/.exec(word) ?? []
  const field = key === undefined ? undefined : FIELDS[key]
  if (field) return (call) => field(call, value!) !== (minus === '-')
  return (call) => FIELDS.service!(call, word) || FIELDS.call!(call, word)
}

/** Errors of calls by name, most first; names break ties. */
export function errorsOf(calls: readonly Syscall[]): readonly (readonly [name: string, count: number])[] {
  const sums = new Map<string, number>()
  for (const { errors } of calls) for (const [name, count] of Object.entries(errors)) sums.set(name, (sums.get(name) ?? 0) + count)
  return [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

export interface Sums {
  readonly count: number
  readonly errorCount: number
  readonly untimed: number
  readonly totalNs: number
}

export function sumsOf(calls: readonly Syscall[]): Sums {
  const sum = (of: (call: Syscall) => number) => calls.reduce((total, call) => total + of(call), 0)
  return { count: sum((call) => call.count), errorCount: sum((call) => call.errorCount), untimed: sum((call) => call.untimed), totalNs: sum((call) => call.totalNs) }
}

/** Calls a second while the probe was on, if the time not listened to was like the rest; null if that isn't known. */
export function estimatedRate({ estimatedCount }: Syscall, { observedNs, observedShare }: Syscalls): number | null {
  return observedShare === null || observedShare === 0 || observedNs === 0 ? null : estimatedCount / (observedNs / observedShare / 1e9)
}

/** What the probe does now, on all hosts that are shown. */
export type Listening =
  /** No collector has said. */
  | { readonly kind: 'unknown' }
  /** `fixed`: it can't be switched (a recording), and why. */
  | { readonly kind: 'off'; readonly probes: readonly Probe[]; readonly fixed: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'now and then'; readonly share: number }
  | { readonly kind: 'always' }

/** From here on it is all the time: an interval is told a little after it ended. */
const ALWAYS = 0.98

/** The least that any host does decides. */
export function listeningOf(probes: readonly Probe[] | undefined): Listening {
  const ours = (probes ?? []).filter(({ name }) => name === PROBE)
  if (ours.length === 0) return { kind: 'unknown' }
  const running = ours.filter(({ state }) => state === 'attached' || state === 'partial')
  if (running.length > 0) {
    const share = Math.min(...running.map(({ observedShare }) => observedShare ?? 1))
    return share >= ALWAYS ? { kind: 'always' } : { kind: 'now and then', share }
  }
  const refused = ours.find(({ state }) => state === 'refused')
  if (refused) return { kind: 'refused', reason: refused.reason }
  return { kind: 'off', probes: ours, fixed: ours.find(({ reason }) => reason !== '')?.reason }
}
