'use client'
import { CircleStop, GitFork, Play, RefreshCcw, TrendingUpDown, TriangleAlert, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { all, useSelection, withOnly, withParam, type SelectionHandle } from '../../live/index.ts'
import { duration, rate, sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { clock, dayAndClock } from '../../ui/time.ts'
import type { Change } from './changes.ts'
import { changeWords } from './words.ts'

const ICONS: Record<Change['kind'], LucideIcon> = { replaced: RefreshCcw, started: Play, ended: CircleStop, workers: GitFork, latency: TriangleAlert, rate: TrendingUpDown }

/** What changed in the range, oldest first, each with the page that shows it. */
export function ChangesTable({ changes, more }: { readonly changes: readonly Change[]; readonly more: number }) {
  if (changes.length === 0) return null
  return (
    <section aria-labelledby="what-changed" className="min-h-[108px] shrink-[1000] overflow-y-auto">
      <SectionHead id="what-changed" title="What changed" note={`processes and levels that moved in this range, oldest first${more > 0 ? `; ${more} earlier ones` : ''}`} />
      <table className="w-full table-fixed border-separate border-spacing-0 border-t border-line text-sm" aria-labelledby="what-changed">
        <colgroup><col style={{ width: 88 }} /><col style={{ width: 140 }} /><col /><col className="max-wide:hidden" /><col style={{ width: 110 }} /></colgroup>
        <tbody>
          {changes.map((change, i) => (
            <ChangeRow key={`${change.atMs} ${change.service} ${i}`} change={change} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const CELL = 'hairline cut h-6 border-b px-2 py-0'

function ChangeRow({ change }: { readonly change: Change }) {
  const { href } = useSelection()
  const Icon = ICONS[change.kind]
  const isProcess = 'process' in change
  const [page, link] = placeOf(change, href)
  return (
    <tr>
      <td className={`${CELL} pl-4 text-t2`} title={dayAndClock(change.atMs)}>{clock(change.atMs)}</td>
      <td className={CELL}>
        <span className="flex items-center gap-2">
          <Icon size={12} strokeWidth={1.6} className="flex-none text-t3" aria-hidden />
          <Name text={change.service} className="cut" />
        </span>
      </td>
      <td className={`${CELL} text-t2`}><What change={change} /></td>
      <td className={`${CELL} text-t2 max-wide:hidden`}>{isProcess && <Name text={change.process.commandLine || change.process.comm} className="mono" />}</td>
      <td className={`${CELL} pr-4 text-right`}><Link prefetch={false} href={link} className="text-accent hover:underline">{page}</Link></td>
    </tr>
  )
}

function placeOf(change: Change, href: SelectionHandle['href']): readonly [page: string, link: string] {
  if ('process' in change) return ['Processes', href('/processes', withParam('find', String(change.process.pid)))]
  if ('row' in change) return ['Requests', href('/requests', all(withOnly('service', change.service), withOnly('role', change.row.role)))]
  return ['Processes', href('/processes', withOnly('service', change.service))]
}

const workers = (count: number) => (count === 1 ? 'worker' : 'workers')

const strong = (text: string | number) => <b className="font-medium text-t1">{text}</b>

function What({ change }: { readonly change: Change }) {
  switch (change.kind) {
    case 'replaced': return <>new process {strong(change.process.pid)} replaces {change.before?.pid}</>
    case 'started': return <>process {strong(change.process.pid)} began</>
    case 'ended': return <>process {strong(change.process.pid)} ended, exit {change.process.exitCode ?? '–'}</>
    case 'workers': {
      const { began, ended } = change
      return began > 0 ? <>{strong(began)} {workers(began)} began{ended > 0 && <>, {ended} ended well</>}; the last then</> : <>{strong(ended)} {workers(ended)} ended well; the last then</>
    }
    case 'latency': {
      const told = change.row.told.find(({ what }) => what === 'p99' || what === 'p95')!
      const metric = told.what as 'p99' | 'p95'
      return <>{metric} leaves its usual range: {sentence(duration(change.row.usual[metric]?.median))} → {strong(sentence(duration(change.row.figures?.durationNs[metric])))}</>
    }
    case 'rate': {
      const told = change.row.told.find(({ what }) => what === 'rate')!
      return <>rate {strong(changeWords('rate', told.moved!.ratio))}: {sentence(rate(change.row.usual.rate?.median))} → {sentence(rate(change.row.figures?.requestRate))}</>
    }
  }
}
