'use client'
import { useMemo, useRef } from 'react'
import { SampleTimeline } from '../../charts/sample-timeline.tsx'
import { useSelection, useTopic, withRangeMs, type Losses } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { ErrorNote, PartialNote } from '../../ui/notes.tsx'
import { clock, instantMs } from '../../ui/time.ts'
import { useWidth } from '../../ui/use-width.ts'
import type { Profile } from './answer.ts'
import { lengthOf, timeOf, type Whole } from './figures.ts'
import type { ProfileHandle } from './use-profile.ts'

/** What affects this page of what was lost. */
const FED_BY = ['profiles', 'function names']

interface TimelineProps {
  readonly handle: ProfileHandle
  readonly profile: Profile
  readonly whole: Whole
  /** Nothing new comes, and why. */
  readonly offNote: string | undefined
  readonly brokenNodes: number
  readonly cutSamples: number
}

/** How much there is of what, what of it is missing, and samples over time to narrow the range by. */
export function Timeline({ handle, profile, whole, offNote, brokenNodes, cutSamples }: TimelineProps) {
  const { selection, range, live, apply } = useSelection()
  const losses = useTopic<Losses>('losses', { ...range, limit: 1000 }, live)
  const lost = useMemo(() => (losses.data?.losses ?? []).filter(({ affects }) => FED_BY.includes(affects)), [losses.data])
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const { data, chosen } = handle.timeline
  const bars = useMemo(() => (data?.points ?? []).map(({ time, sampleCount }) => ({ at: instantMs(time), count: sampleCount })), [data])
  const lostMs = useMemo(() => lost.map(({ lastAt }) => instantMs(lastAt)), [lost])
  const lostCount = lost.reduce((sum, { count }) => sum + count, 0)
  const notes = [
    lostCount > 0 && `${grouped(lostCount)} lost, last ${clock(Math.max(...lostMs))}`,
    brokenNodes > 0 && `${grouped(brokenNodes)} broken frames`,
    cutSamples > 0 && `the deepest frames of ${grouped(cutSamples)} samples are not drawn`,
    offNote,
    handle.ignored.length > 0 && `not narrowed by ${[...new Set(handle.ignored.map(({ key, not }) => (not ? `not ${key}` : key)))].join(', ')}: samples don’t have it`,
  ].filter((note) => typeof note === 'string')
  const unnamed = profile.unnamedSampleCount
  const seconds = selection.range.kind === 'last' ? selection.range.seconds : (Date.parse(selection.range.to) - Date.parse(selection.range.from)) / 1000
  return (
    <div className="flex-none px-4 pt-2.5 pb-1.5">
      <div className="mb-1 flex h-5 items-center gap-1.5 max-desk:h-auto max-desk:flex-wrap max-desk:gap-y-0">
        <h2 className="text-sm font-medium whitespace-nowrap">CPU time</h2>
        <span className="cut text-xs text-t3 max-wide:hidden">cores busy; drag to narrow</span>
        <span className="flex-1" />
        {handle.profile.error && <ErrorNote error={handle.profile.error} onRetry={() => handle.profile.retry()} />}
        {profile.sampleCount > 0 && <span className="cut text-xs text-t2">
          <b className="font-medium text-t1">{timeOf(profile.sampleCount, whole)}</b> of CPU in {lengthOf(seconds)}<span className="max-desk:hidden"> · {grouped(profile.threads.length)} {profile.threads.length === 1 ? 'thread' : 'threads'} · {grouped(profile.sampleCount)} samples</span>
        </span>}
        {unnamed > 0 && <span className="whitespace-nowrap" title="Their innermost function has no name: its file is stripped and has no debug file here, or it was compiled while the program ran and the program writes no perf map"><PartialNote>{grouped(unnamed)} without a name</PartialNote></span>}
        {notes.map((note) => <PartialNote key={note}>{note}</PartialNote>)}
      </div>
      <div ref={box} className="min-h-[62px]">
        {width > 0 && data && <SampleTimeline bars={bars} stepMs={data.stepNs / 1e6} sampleNs={whole.sampleNs} width={width} label="CPU time over time" chosen={chosen} lostMs={lostMs} onSelect={(from, to) => apply(withRangeMs(from, to))} />}
      </div>
    </div>
  )
}
