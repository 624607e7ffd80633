'use client'
import dynamic from 'next/dynamic'
import { useMemo, useRef } from 'react'
import { axisDuration } from '../../charts/axis-units.ts'
import type { TimeChart, TimeSeries } from '../../charts/time-stack.tsx'
import { useSelection, withRangeMs } from '../../live/index.ts'
import { duration, rate } from '../../ui/format.ts'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { useWidth } from '../../ui/use-width.ts'
import { onsetOf, type Role } from './model.ts'
import type { ServiceReading } from './use-service.ts'

/** Recharts comes when there is something to draw. */
const TimeStack = dynamic(() => import('../../charts/time-stack.tsx').then(({ TimeStack }) => TimeStack), { ssr: false })

/** Rate, errors and latency on one time axis; dragging across any of them narrows the range of the selection. */
export function ServiceCharts({ reading, phone }: { readonly reading: ServiceReading; readonly phone: boolean }) {
  const { selection, apply } = useSelection()
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const { name, role, steps, series } = reading
  const charts = useCharts(reading, phone)
  const onsetMs = onsetOf(reading.before)
  const { range } = selection
  const axisKey = `${name} ${role} ${series.stepMs} ${range.kind === 'last' ? range.seconds : `${range.from} ${range.to}`} ${selection.filters.length}`
  return (
    <section aria-label="Over time" className="flex-none">
      {steps.error && steps.data === undefined && <p className="px-4 py-12 text-center"><ErrorNote error={steps.error} onRetry={steps.retry} /></p>}
      <div ref={box} style={{ opacity: steps.dim ? 0.4 : 1, minHeight: series.times.length > 0 || (steps.data === undefined && !steps.error) ? charts.reduce((sum, { height }) => sum + height + 29, 20) : 0 }} className="transition-opacity duration-150">
        {width > 0 && series.times.length > 0 && (
          <TimeStack
            label="Requests, errors and latency over time" charts={charts} times={series.times} stepMs={series.stepMs} width={width} axisKey={axisKey} onsetMs={onsetMs} unknown={reading.unknown}
            onSelect={(fromMs, toMs) => apply(withRangeMs(fromMs, toMs))}
          />
        )}
        {steps.data && series.times.length === 0 && !steps.error && <NoRequests reading={reading} />}
      </div>
    </section>
  )
}

function NoRequests({ reading: { requestCount } }: { readonly reading: ServiceReading }) {
  const { selection, live, apply } = useSelection()
  const filtered = selection.filters.some(({ key }) => key !== 'service')
  const says = requestCount > 0 ? 'The range is shorter than two steps of a second.' : `No request was seen in this range${filtered ? ' under these filters' : ''}.`
  return (
    <p className="px-4 py-12 text-center">
      <EmptyNote action={live ? undefined : { name: 'Show the last 15 minutes', run: () => apply((search) => { const next = new URLSearchParams(search); for (const key of ['from', 'to', 'paused']) next.delete(key); return next }) }}>{says}</EmptyNote>
    </p>
  )
}

/** A round rate without figures that say nothing: `0`, `0.5/s`, `2.5k/s`. */
const perSecondTick = (value: number) => (value === 0 ? '0' : `${rate(value).value.replace(/(\.\d*?)0+(?=\D*$)/, '$1').replace(/\.(?=\D*$)/, '')}/s`)
const line = (name: string, values: TimeSeries['values'], stroke: number, quiet?: boolean): TimeSeries => ({ name, values, mark: 'line', color: `var(--lat-${name.slice(1)})`, stroke, quiet })

/** The three charts, the same objects while nothing new came. On a phone latency is first. */
function useCharts({ series, before, role, known, unknown }: ServiceReading, phone: boolean): readonly TimeChart[] {
  const protocol = known?.protocol
  const hasUsual = before.usual.p99 !== undefined
  const [p95Moved, p99Moved] = [before.moved.p95 !== undefined, before.moved.p99 !== undefined]
  return useMemo(() => {
    const requests: TimeChart = { title: 'Requests', note: phone ? undefined : `per second${unknown.length > 0 ? '; hatched: nobody watched' : ''}`, height: phone ? 56 : 66, scale: 'linear', figure: rate, tick: perSecondTick, series: [{ name: 'all', values: series.requestRate, mark: 'area', color: 'var(--series-requests)', stroke: 1.25 }] }
    const errors: TimeChart = { title: 'Errors', note: phone ? undefined : errorNote(protocol, role), height: phone ? 44 : 42, scale: 'linear', figure: rate, tick: perSecondTick, series: [{ name: 'errors', values: series.errorRate, mark: 'bars', color: 'var(--series-errors)', stroke: 0 }] }
    const latency: TimeChart = {
      title: 'Latency', note: phone ? 'log scale' : `log scale, ${role ?? ''} side, exact`, height: phone ? 150 : 132, scale: 'log', figure: duration, tick: axisDuration,
      series: [line('p50', series.p50, 1), line('p95', series.p95, 1.5, hasUsual && !p95Moved), line('p99', series.p99, 2.25, hasUsual && !p99Moved)],
    }
    return phone ? [latency, errors, requests] : [requests, errors, latency]
  }, [series, role, protocol, phone, unknown, hasUsual, p95Moved, p99Moved])
}

/** What counts as an error, by the rule of the side. */
function errorNote(protocol: string | null | undefined, role: Role | undefined): string {
  if (protocol !== 'http') return 'per second'
  return role === 'client' ? 'per second, 4xx and 5xx' : 'per second, 5xx'
}
