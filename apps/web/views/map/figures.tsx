import { bytes, count, duration, rate, sentence, share, type Figure, type Measured } from '../../ui/format.ts'
import { Num, type UnitSlot } from '../../ui/num.tsx'
import type { EdgeAnswer, Percentiles, Slowness } from './model.ts'

interface FigureRow {
  readonly name: string
  readonly now: Figure
  readonly before: Figure | undefined
  readonly tone?: 'warn' | 'bad' | undefined
  readonly slot?: UnitSlot
}

const CELL = 'hairline h-6 border-b px-2 py-0'

/** Figures beside those of the hour before. */
export function Figures({ rows, figuresOf }: { readonly rows: readonly FigureRow[]; readonly figuresOf: string }) {
  return (
    <table aria-label="Figures" className="mt-1.5 w-full table-fixed border-separate border-spacing-0 text-sm">
      <colgroup><col /><col className="w-[104px]" /><col className="w-[100px]" /></colgroup>
      <thead>
        <tr className="text-xs text-t3">
          <td className="h-7 border-b border-line" />
          <th scope="col" className="border-b border-line px-2 text-right font-normal whitespace-nowrap">{figuresOf}</th>
          <th scope="col" className="border-b border-line px-2 pr-4 text-right font-normal whitespace-nowrap">hour before</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, now, before, tone, slot = 'short' }) => (
          <tr key={name}>
            <th scope="row" className={`${CELL} pl-4 text-left font-normal text-t3`}>{name}</th>
            <td className={`${CELL} text-right`}><Num figure={now} tone={tone ?? 'usual'} slot={slot} /></td>
            <td className={`${CELL} pr-4 text-right text-t3`} title={before?.exact}>{before ? sentence(before) : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface Traffic {
  readonly rate: number
  readonly errorShare: number
  readonly durationNs: Percentiles
  readonly slow: Slowness
}

/** Rate, errors and percentiles against before; `before` undefined where nothing is known. */
export function trafficRows(now: Traffic, before: { readonly rate: number; readonly errorShare: Measured; readonly durationNs: Percentiles } | undefined): readonly FigureRow[] {
  const slow = now.slow > 0 ? 'warn' as const : undefined
  return [
    { name: 'Requests', now: rate(now.rate), before: before && rate(before.rate) },
    { name: 'Errors', now: share(now.errorShare), before: before && share(before.errorShare), tone: now.errorShare > 0 ? 'bad' : undefined },
    { name: 'p50', now: duration(now.durationNs.p50), before: before && duration(before.durationNs.p50) },
    { name: 'p95', now: duration(now.durationNs.p95), before: before && duration(before.durationNs.p95), tone: slow },
    { name: 'p99', now: duration(now.durationNs.p99), before: before && duration(before.durationNs.p99), tone: slow },
  ]
}

/** What the edge's connections carried in their lives. */
export function connectionRows(whole: EdgeAnswer, before: EdgeAnswer | undefined): readonly FigureRow[] {
  return [
    { name: 'Retransmits', now: count(whole.retransmits), before: before && count(before.retransmits), tone: whole.retransmits > 0 ? 'warn' : undefined },
    { name: 'Sent', now: bytes(whole.bytesSent), before: before && bytes(before.bytesSent), slot: 'bytes' },
    { name: 'Received', now: bytes(whole.bytesReceived), before: before && bytes(before.bytesReceived), slot: 'bytes' },
  ]
}
