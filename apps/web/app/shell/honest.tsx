'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { liveSocket, useConnection, useNow, useSelection, useTopic, type Connection, type Loss, type Losses, type Problem, type Reading, type Status } from '../../live/index.ts'
import { bytes, cores, duration, grouped, sentence, significant } from '../../ui/format.ts'
import { HonestLine, type HonestLineProps } from '../../ui/honest-line.tsx'
import { visible } from '../../ui/text.ts'
import { age, clock, instantMs, zoneName } from '../../ui/time.ts'
import type { PageEntry } from './pages.ts'

/** Rows are sent as they come, ten times a second at most: on average half of that passes until they are shown. */
const SHOWN_NS = 50e6

/** The honest line of a page: amber when anything that feeds it was lost, stale when nothing new comes. */
export function Honest({ page, status: { data } }: { readonly page: PageEntry | undefined; readonly status: Reading<Status> }) {
  const { range, live } = useSelection()
  const connection = useConnection()
  const now = useNow()
  const losses = useTopic<Losses>('losses', range, live)
  const lost = (losses.data?.losses ?? []).filter(({ affects }) => page?.fedBy === undefined || page.fedBy.includes(affects))
  const undecoded = page?.fedBy?.includes('connections') && data ? data.connections : undefined
  const verdict = verdictOf(connection, data, lost, undecoded)
  const stale = verdict.state === 'stale'
  const items = [
    <Rate key="rate" status={stale ? undefined : data} />,
    verdict.says ?? (losses.data ? '0 lost' : undefined),
    data && <Cost key="cost" status={data} />,
    data?.addedNsPerRequest ? <Wide key="adds" title="measured in the kernel: what probe exchange takes for all ends of a request; the Collector page has every probe and service">adds ≈ <Value>{sentence(duration(data.addedNsPerRequest))}</Value> a request</Wide> : undefined,
  ]
  const right = [data?.lagNs && !stale && live ? `shown ${lag((data.lagNs.p50 + SHOWN_NS) / 1e9)} after it happened` : undefined, now === 0 ? undefined : `times in ${zoneName(now)}`]
  return <HonestLine state={verdict.state} items={items.filter((item) => item !== undefined)} right={right.filter((item) => item !== undefined)} />
}

/** Tenths matter of seconds. */
const lag = (seconds: number) => (seconds < 60 ? `${seconds.toFixed(1)}\u00a0s` : age(seconds))

/** The worst that is to be said: no connection, a store that cannot write, nobody who watches, a silent host, losses, another problem, what nobody here can read. */
function verdictOf({ state, heardMs, sinceMs }: Connection, status: Status | undefined, lost: readonly Loss[], connections: Status['connections'] | undefined): { readonly state: HonestLineProps['state']; readonly says?: ReactNode } {
  if (state === 'away') return { state: 'stale', says: <Away since={heardMs ?? sinceMs} /> }
  if (status?.store.state === 'failing') return { state: 'stale', says: <Warning title={status.problems.map(({ what, detail }) => visible(`${what}: ${detail}`)).join('\n')}>nothing is being stored</Warning> }
  if (status?.hosts.length === 0) return { state: 'stale', says: <Warning>nothing is watched: no collector has come</Warning> }
  const silent = status?.hosts.filter(({ connected }) => !connected) ?? []
  if (silent[0]) return { state: silent.length === status?.hosts.length ? 'stale' : 'partial', says: <Warning>{visible(silent[0].name)} silent since {clock(instantMs(silent[0].lastSeenAt))}</Warning> }
  if (lost.length > 0) return { state: 'partial', says: <Lost lost={lost} /> }
  if (status?.problems[0]) return { state: 'partial', says: <Trouble problem={status.problems[0]} /> }
  if (connections && connections.undecoded > 0) return { state: 'partial', says: <Warning to="/connections" title="counted, with their bytes and times, but not read: no protocol here knows what they carry">{grouped(connections.undecoded)} of {grouped(connections.open)} connections not decoded</Warning> }
  return { state: 'whole' }
}

function Warning({ title, to = '/collector', children }: { readonly title?: string; readonly to?: string; readonly children: ReactNode }) {
  const { href } = useSelection()
  return (
    <span className="font-medium text-t1" title={title}>
      {children}
      <Link href={href(to)} prefetch={false} className="ml-1.5 text-accent hover:underline">why</Link>
    </span>
  )
}

function Away({ since }: { readonly since: number }) {
  return (
    <span className="text-warn">
      no live data since {clock(since)}
      <button type="button" onClick={() => liveSocket().reconnect()} className="ml-1.5 text-accent hover:underline">reconnect</button>
    </span>
  )
}

function Lost({ lost }: { readonly lost: readonly Loss[] }) {
  const title = lost.map(({ count, affects, where, reason }) => visible(`${grouped(count)} ${affects}: ${where}, ${reason}`)).join('\n')
  return <Warning title={title}>{grouped(lost.reduce((sum, { count }) => sum + count, 0))} records lost</Warning>
}

const Trouble = ({ problem: { what, detail, fix } }: { readonly problem: Problem }) => <Warning title={visible(`${detail} ${fix}`)}>{visible(what)}</Warning>

const Value = ({ children }: { readonly children: ReactNode }) => <b className="font-normal text-t2">{children}</b>
const Wide = ({ children, title }: { readonly children: ReactNode; readonly title?: string }) => <span className="max-desk:hidden" title={title}>{children}</span>

function Rate({ status }: { readonly status: Status | undefined }) {
  if (!status) return <>– req/s</>
  return <span title="over the last 10 s; a request seen at both ends is one">{status.requestRate < 100 ? significant(status.requestRate) : grouped(Math.round(status.requestRate))} req/s</span>
}

function Cost({ status }: { readonly status: Status }) {
  const { web, collectors, cpuCores, memoryBytes } = status.sonde
  const title = `collector ${sentence(cores(collectors.cpuCores))}, ${sentence(bytes(collectors.memoryBytes))}; web ${sentence(cores(web.cpuCores))}, ${sentence(bytes(web.memoryBytes))}`
  return <span title={title}><Wide>Sonde uses </Wide><Value>{sentence(cores(cpuCores))}</Value>, <Value>{sentence(bytes(memoryBytes))}</Value></span>
}
