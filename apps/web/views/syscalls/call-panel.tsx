'use client'
import { useMemo, useRef } from 'react'
import { BucketBars } from '../../charts/bucket-bars.tsx'
import { bucketBins, mergeBuckets } from '../../charts/bucket-bins.ts'
import type { Syscall, Syscalls } from '../../live/index.ts'
import { duration, grouped, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts, SectionHead } from '../../ui/section.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { errorsOf, sumsOf } from './model.ts'
import { Seen } from './seen.tsx'

interface PanelProps {
  /** Those shown. */
  readonly calls: readonly Syscall[]
  readonly chosen: Syscall | undefined
  readonly answer: Syscalls
  readonly onClose: () => void
  readonly onError: (name: string) => void
}

/** How long the chosen call takes and how it fails; without one, all that are shown. */
export function CallPanel({ calls, chosen, answer, onClose, onError }: PanelProps) {
  const of = chosen ? [chosen] : calls
  const sums = sumsOf(of)
  const { observedShare, observedNs } = answer
  const title = chosen ? <><Name text={chosen.name} className="mono" /> <span className="font-normal text-t3">of</span> {chosen.service === '' ? 'no service' : <Name text={chosen.service} />}</> : 'All calls shown'
  return (
    <Panel label={chosen ? 'The chosen call' : 'All calls shown'} title={title} note={<Seen value={sums.count} of={observedShare} />} {...(chosen && { onClose })}>
      <SectionHead title="How long" note={`${grouped(sums.count - sums.untimed)} timed, √ scale`} />
      <Durations calls={of} chosen={chosen} />
      <Facts facts={[
        ...(chosen ? ([['p50', chosen.durationNs.p50], ['p95', chosen.durationNs.p95], ['p99', chosen.durationNs.p99], ['Longest', chosen.durationNs.max]] as const).map(([name, ns]) => [name, <span key={name} title={duration(ns).exact}>{sentence(duration(ns))}</span>] as const) : []),
        ['Time in it', sentence(duration(sums.totalNs))],
        ['Not timed', sums.untimed === 0 ? '0' : `${grouped(sums.untimed)}, begun before it listened`],
        ['Listened', observedShare === null ? '–' : `${sentence(duration(observedNs))}, ${sentence(share(observedShare))} of the time`],
      ]} />
      <Errors calls={of} observedShare={observedShare} onError={onError} />
    </Panel>
  )
}

function Durations({ calls, chosen }: { readonly calls: readonly Syscall[]; readonly chosen: Syscall | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const bins = useMemo(() => bucketBins(mergeBuckets(calls.map(({ histogram }) => histogram)), 1e3, 1e6), [calls])
  const timed = bins.bins.reduce((sum, { count }) => sum + count, 0)
  const marks = chosen ? ([['p50', 'var(--lat-50)'], ['p95', 'var(--lat-95)'], ['p99', 'var(--lat-99)']] as const).flatMap(([name, color]) => (chosen.durationNs[name] === null ? [] : [{ name, ns: chosen.durationNs[name], color }])) : []
  return (
    <div className="px-4 pb-2">
      <div ref={box} className="min-h-[122px]">
        {timed === 0 ? <p className="pt-10 text-center text-sm text-t2">None was timed.</p> : width > 0 && <BucketBars bins={bins} label={`Durations of ${grouped(timed)} calls`} width={width} marks={marks} />}
      </div>
    </div>
  )
}

const ERRORS = 20

function Errors({ calls, observedShare, onError }: { readonly calls: readonly Syscall[]; readonly observedShare: number | null; readonly onError: (name: string) => void }) {
  const errors = errorsOf(calls)
  return (
    <>
      <div className="pt-2"><SectionHead title="Failed" note={errors.length === 0 ? 'none was seen to fail' : 'by error, most first'} /></div>
      {errors.length > 0 && (
        <ul className="border-t border-line">
          {errors.slice(0, ERRORS).map(([name, value]) => (
            <li key={name}>
              <button type="button" className="hairline flex h-6 w-full items-center gap-2 border-b px-4 text-left text-sm hover:bg-s2" title="Show the calls that failed so" onClick={() => onError(name)}>
                <Name text={name} className="mono cut flex-1" />
                <Seen value={value} of={observedShare} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
