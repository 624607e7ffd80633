import type { Probe } from '../../live/index.ts'
import { count, duration, rate, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import { Switch } from '../../ui/switch.tsx'
import type { Column } from '../../ui/table-column.ts'
import { runsPerSecond, type ProbeRow } from './probe-rows.ts'

const DOT = { attached: 'text-ok', partial: '', refused: '', off: 'text-line-3' }
const WORD = { attached: 'attached', partial: 'partly attached', refused: 'refused', off: 'off' }

function State({ probe: { state, reason, observedShare } }: { readonly probe: Probe }) {
  const trouble = state === 'partial' || state === 'refused'
  return (
    <span className={`flex items-center gap-2 ${trouble ? 'text-warn' : state === 'off' ? 'text-t3' : 'text-t2'}`} title={reason || undefined}>
      <span className={`dot ${DOT[state]}`} />
      <span className="cut">{trouble && reason !== '' ? reason : state === 'attached' && typeof observedShare === 'number' ? `on ${sentence(share(observedShare))} of the time` : WORD[state]}</span>
    </span>
  )
}

interface Switching {
  /** Keys of the probes whose switch is on its way. */
  readonly pending: ReadonlySet<string>
  readonly set: (probe: Probe, enabled: boolean) => void
}

function Adds({ row: { probe, sum } }: { readonly row: ProbeRow }) {
  const figure = duration(sum ? sum.addedNsPerRequest : probe!.addedNsPerRequest)
  const isAtMost = probe !== undefined && probe.addedIsAtMost && !figure.quiet
  return (
    <span title={isAtMost ? 'At most: it runs for whatever services do, and all of that is laid upon the requests they answer' : undefined}>
      {figure.value !== '–' && figure.value !== '0' && <span className="pr-0.5 text-t3">{isAtMost ? '≤' : '≈'}</span>}
      <Num figure={figure} />
    </span>
  )
}

/** Of the sum only what adds up is shown. */
const of = <T,>(row: ProbeRow, read: (probe: Probe) => T): T | null => (row.probe ? read(row.probe) : null)

/** Every probe: its switch, what it sees, what it costs, what is missing without it. */
export function probeColumns({ pending, set }: Switching, hostNames: ReadonlyMap<string, string>): Column<ProbeRow>[] {
  const on = (row: ProbeRow) => row.probe?.state !== 'off'
  return [
    { id: 'on', head: 'On', width: 58, cell: (row) => of(row, (probe) => <Switch label={`${probe.name}${hostNames.size > 1 ? ` on ${hostNames.get(probe.host) ?? probe.host}` : ''}`} on={probe.enabled} disabled={pending.has(row.key)} onChange={(enabled) => set(probe, enabled)} />) },
    { id: 'name', head: 'Probe', width: 150, cell: (row) => <span className="cut font-medium">{row.probe ? row.probe.name : 'All'}{row.probe && hostNames.size > 1 && <span className="pl-1.5 text-xs font-normal text-t3"><Name text={hostNames.get(row.probe.host) ?? row.probe.host} /></span>}</span> },
    {
      id: 'sees', head: 'What it sees, and where it hooks', cell: (row) => of(row, (probe) => (
        <span className="block leading-[15px]">
          <span className="cut block" title={probe.sees}>{probe.sees}</span>
          <span className="mono cut block text-[11px] text-t3" title={probe.hooks.join('\n')}>{probe.hooks.join(', ')}</span>
        </span>
      )),
    },
    { id: 'state', head: 'State', width: 150, cell: (row) => of(row, (probe) => <State probe={probe} />) },
    { id: 'records', head: 'Records', width: 84, end: true, cell: (row) => <Num figure={rate(row.sum ? row.sum.recordsPerSecond : on(row) ? row.probe!.recordsPerSecond : null)} /> },
    { id: 'run', head: 'A run', width: 80, end: true, hideBelow: 1000, cell: (row) => of(row, (probe) => <Num figure={duration(probe.nsPerRun)} />) },
    { id: 'runs', head: 'Runs', width: 84, end: true, hideBelow: 1000, cell: (row) => <Num figure={rate(row.sum ? row.sum.runsPerSecond : runsPerSecond(row.probe!))} /> },
    { id: 'cpu', head: 'CPU', width: 84, end: true, cell: (row) => <Num figure={share(row.sum ? row.sum.cpuShare : row.probe!.cpuShare)} /> },
    { id: 'adds', head: 'Adds a request', label: 'Adds a request, estimated', width: 108, end: true, hideBelow: 1240, cell: (row) => <Adds row={row} /> },
    { id: 'lost', head: 'Lost', width: 80, end: true, cell: (row) => <Num figure={count(row.sum ? row.sum.lost : row.probe!.lost)} slot="none" tone={(row.sum?.lost ?? row.probe?.lost ?? 0) > 0 ? 'warn' : 'usual'} /> },
    { id: 'off', head: 'Without it', width: 236, hideBelow: 1180, className: 'text-t3', cell: (row) => (row.probe ? <span title={row.probe.losesWhenOff}>{row.probe.losesWhenOff}</span> : 'CPU is a share of one core') },
  ]
}
