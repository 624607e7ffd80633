'use client'
import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { all, useSelection, withFilter, withOnly } from '../../live/index.ts'
import { duration, ratio, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { shortClock } from '../../ui/time.ts'
import type { ServiceRow } from './rows.ts'
import { ToldWords } from './told.tsx'

/** The conclusion, in one sentence with its numbers, and where to look. */
export function Headline({ rows, compared, phone }: { readonly rows: readonly ServiceRow[]; readonly compared: boolean; readonly phone: boolean }) {
  const worst = rows.find(({ told }) => told.some(({ what }) => what !== 'rate')) ?? rows.find(({ told }) => told.length > 0)
  if (!worst) return <Calm count={rows.length} compared={compared} />
  return phone ? (
    <div className="flex-none border-b border-line px-4 py-3">
      <div className="flex items-center gap-2">
        <TriangleAlert size={16} strokeWidth={1.6} className="flex-none text-warn" aria-hidden />
        <h2 className="cut flex-1 text-lg font-semibold"><Name text={worst.name} max={60} /> {verb(worst)}</h2>
        <Open row={worst} className="text-sm text-accent" />
      </div>
      <p className="mt-[3px] text-t2"><Sentence row={worst} /></p>
    </div>
  ) : (
    <div className="flex h-[46px] flex-none items-center gap-2.5 border-b border-line pr-3 pl-4">
      <TriangleAlert size={16} strokeWidth={1.6} className="flex-none text-warn" aria-hidden />
      <h2 className="text-lg font-semibold whitespace-nowrap"><Name text={worst.name} max={60} /> {verb(worst)}</h2>
      <p className="cut flex-1 text-t2"><Sentence row={worst} /></p>
      <Slow row={worst} />
      <Open row={worst} className="control control-primary flex-none" />
    </div>
  )
}

function verb({ told }: ServiceRow): string {
  const has = (wanted: string) => told.some(({ what }) => what === wanted)
  const slow = has('p99') || has('p95')
  if (has('errors')) return slow ? 'fails and is slow' : 'fails'
  return slow ? 'is slow' : 'has another rate'
}

function Sentence({ row: { told, figures } }: { readonly row: ServiceRow }) {
  const latency = told.find(({ what }) => what === 'p99' || what === 'p95')
  const errors = told.find(({ what }) => what === 'errors')
  const rest = told.filter((one) => one !== latency && one !== errors)
  const figure = latency && figures?.durationNs[latency.what as 'p99' | 'p95']
  return (
    <>
      {latency && <>{latency.what} <b className="font-medium text-t1">{sentence(duration(figure))}</b>, {ratio(latency.moved!.ratio)}{latency.sinceMs !== undefined && ` since ${shortClock(Math.floor(latency.sinceMs / 60_000) * 60_000)}`}. </>}
      {errors && <><b className="font-medium text-t1">{sentence(share(errors.share))}</b> of requests are errors{errors.shareBefore !== undefined && `, was ${sentence(share(errors.shareBefore))}`}. </>}
      {rest.map((one) => <ToldWords key={one.what} told={one} />)}
    </>
  )
}

const only = (row: ServiceRow) => all(withOnly('service', row.name), withOnly('role', row.role))

/** Requests above the usual p99. */
function Slow({ row }: { readonly row: ServiceRow }) {
  const { href } = useSelection()
  const usual = row.usual.p99
  if (!usual || !row.told.some(({ what }) => what === 'p99' || what === 'p95')) return null
  return <Link prefetch={false} href={href('/requests', all(only(row), withFilter('minDurationNs', String(Math.round(usual.median)))))} className="control flex-none">Requests above {sentence(duration(usual.median))}</Link>
}

function Open({ row, className }: { readonly row: ServiceRow; readonly className: string }) {
  const { href } = useSelection()
  return <Link prefetch={false} href={href('/service', withOnly('service', row.name))} className={className}><span>Open <Name text={row.name} max={24} /></span></Link>
}

function Calm({ count, compared }: { readonly count: number; readonly compared: boolean }) {
  return (
    <div className="flex h-[46px] flex-none items-center gap-2.5 border-b border-line px-4">
      <span className="dot text-ok" />
      <h2 className="cut text-lg font-semibold">{compared ? 'All as usual' : `${count} ${count === 1 ? 'service' : 'services'} talking`}</h2>
      <p className="cut text-t2 max-desk:hidden">{compared ? 'No service is slower, fails more or has another rate than in the hour before.' : 'There is no hour before this range to compare with yet.'}</p>
    </div>
  )
}
