'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { liveSocket, useConnection, useNow, useSelection, useTopic, type Losses, type Reading, type Status } from '../../live/index.ts'
import { bytes, cores, duration, grouped, sentence, significant } from '../../ui/format.ts'
import { HonestLine } from '../../ui/honest-line.tsx'
import { clock, instantMs, zoneName } from '../../ui/time.ts'
import type { PageEntry } from './pages.ts'

/** Rows are sent four times a second: on average half of that passes until they are shown. */
const SHOWN_NS = 125e6

/** The honest line of a page: amber when anything that feeds it was lost, stale when nothing new comes. */
export function Honest({ page, status }: { readonly page: PageEntry | undefined; readonly status: Reading<Status> }) {
  const { range, live, href } = useSelection()
  const connection = useConnection()
  const now = useNow()
  const losses = useTopic<Losses>('losses', range, live)
  const why = (text: string) => <Link href={href('/collector')} prefetch={false} className="ml-1.5 text-accent hover:underline">{text}</Link>
  const data = status.data
  const silent = data?.hosts.filter((host) => !host.connected) ?? []
  const lost = (losses.data?.losses ?? []).filter(({ affects }) => page?.fedBy === undefined || page.fedBy.includes(affects))
  const count = lost.reduce((sum, loss) => sum + loss.count, 0)
  const away = connection.state === 'away'
  const stale = away || (silent.length > 0 && silent.length === data?.hosts.length)
  const missing = away ? (
    <span className="text-warn">
      no live data since {clock(connection.heardMs ?? connection.sinceMs)}
      <button type="button" onClick={() => liveSocket().reconnect()} className="ml-1.5 text-accent hover:underline">reconnect</button>
    </span>
  ) : silent.length > 0 ? (
    <span className="text-warn">{silent[0]!.name} silent since {clock(instantMs(silent[0]!.lastSeenAt))}{why('why')}</span>
  ) : count > 0 ? (
    <span className="text-warn" title={lost.map((loss) => `${grouped(loss.count)} ${loss.affects}: ${loss.where}, ${loss.reason}`).join('\n')}>{grouped(count)} records lost{why('why')}</span>
  ) : losses.data ? '0 lost' : null
  const problem = data?.problems[0]
  const items = [
    <Rate key="rate" status={stale ? undefined : data} />,
    missing,
    problem && !away && silent.length === 0 ? <span key="problem" className="text-warn" title={`${problem.detail} ${problem.fix}`}>{problem.what}{why('why')}</span> : null,
    data && <Cost key="cost" status={data} />,
    data?.addedNsPerRequest ? <Wide key="adds">adds ≈ <b className="font-normal text-t2">{sentence(duration(data.addedNsPerRequest))}</b> a request</Wide> : null,
  ].filter((item) => item !== null && item !== undefined)
  const lag = data?.lagNs && !stale && live ? `shown ${((data.lagNs.p50 + SHOWN_NS) / 1e9).toFixed(1)}\u00a0s after it happened` : null
  return <HonestLine state={stale ? 'stale' : items.some((item) => item === missing) && missing !== '0 lost' && missing !== null ? 'partial' : problem ? 'partial' : 'whole'} items={items} right={[lag, now === 0 ? null : `times in ${zoneName(now)}`].filter((item) => item !== null)} />
}

const Wide = ({ children }: { readonly children: ReactNode }) => <span className="max-desk:hidden">{children}</span>

function Rate({ status }: { readonly status: Status | undefined }) {
  if (!status) return <>– req/s</>
  return <span title="over the last 10 s">{status.requestRate < 100 ? significant(status.requestRate) : grouped(Math.round(status.requestRate))} req/s</span>
}

function Cost({ status }: { readonly status: Status }) {
  const { web, collectors } = status.sonde
  const title = `collector ${sentence(cores(collectors.cpuCores))}, ${sentence(bytes(collectors.memoryBytes))}; web ${sentence(cores(web.cpuCores))}, ${sentence(bytes(web.memoryBytes))}`
  return (
    <span title={title}>
      <span className="max-desk:hidden">Sonde uses </span>
      <b className="font-normal text-t2">{sentence(cores(status.sonde.cpuCores))}</b>, <b className="font-normal text-t2">{sentence(bytes(status.sonde.memoryBytes))}</b>
    </span>
  )
}
