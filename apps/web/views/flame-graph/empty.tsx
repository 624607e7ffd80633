'use client'
import { useSelection, withoutFilters, type Probe } from '../../live/index.ts'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { Name } from '../../ui/name.tsx'
import { CompiledAdvice } from './compiled-advice.tsx'
import { PROBE, type CpuProbe } from './use-cpu-probe.ts'

/** Why there is no stack in the range, and what to do about it. */
export function Empty({ cpuProbe: { probes, pending, failed, turnOn }, hostNames }: { readonly cpuProbe: CpuProbe; readonly hostNames: ReadonlyMap<string, string> }) {
  const { selection, apply } = useSelection()
  const off = probes?.filter(({ enabled }) => !enabled) ?? []
  const troubled = probes?.filter(({ enabled, state }) => enabled && state !== 'attached') ?? []
  const nameOf = ({ host }: Probe) => hostNames.get(host) ?? host
  return (
    <div className="grid flex-1 place-items-center px-4">
      <div className="flex max-w-[560px] flex-col items-start gap-3 text-sm">
        {probes === undefined && <EmptyNote>No stack was sampled in this range.</EmptyNote>}
        {probes?.length === 0 && <EmptyNote>No collector that samples stacks has reported. It is started with Sonde; its log says why if it is not.</EmptyNote>}
        {off.map((probe) => (
          <div key={probe.host}>
            <h2 className="pb-1 font-semibold">No stacks: {PROBE} is off{hostNames.size > 0 && <> on <Name text={nameOf(probe)} /></>}</h2>
            <p className="pb-3 text-t2">It looks 49 times a second what each busy CPU is doing, and is off until it is asked for. Nothing of it is written into the programs; the Collector page shows what it costs while it is on.</p>
            <button type="button" className="control control-primary" disabled={pending} onClick={() => turnOn(probe)}>{pending ? 'Turning it on…' : `Turn ${PROBE} on`}</button>
          </div>
        ))}
        {troubled.map((probe) => (
          <p key={probe.host} className="text-warn">{PROBE} {probe.state === 'refused' ? 'was refused' : `is ${probe.state}`} on <Name text={nameOf(probe)} />: <Name text={probe.reason || 'no reason given'} max={600} /></p>
        ))}
        {off.length === 0 && troubled.length === 0 && (probes?.length ?? 0) > 0 && <Quiet hasFilters={selection.filters.length > 0} isLive={selection.range.kind === 'last'} onAll={() => apply(withoutFilters)} />}
        {failed && <ErrorNote error={failed} onRetry={() => off[0] && turnOn(off[0])} />}
        {(probes?.length ?? 0) > 0 && troubled.length === 0 && selection.filters.length === 0 && <CompiledAdvice />}
      </div>
    </div>
  )
}

function Quiet({ hasFilters, isLive, onAll }: { readonly hasFilters: boolean; readonly isLive: boolean; readonly onAll: () => void }) {
  if (hasFilters) return <EmptyNote action={{ name: 'Remove all filters', run: onAll }}>Nothing that matches the filters used a CPU when it was looked at in this range.</EmptyNote>
  return <EmptyNote>{isLive ? `${PROBE} is on, and no stack has come yet: the first do within seconds, unless all CPUs are idle.` : `No stack was sampled in this range: ${PROBE} was off then, or all CPUs were idle.`}</EmptyNote>
}
