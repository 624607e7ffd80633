'use client'
import { useRef } from 'react'
import { LatencyChart, LatencyLegend, type LatencyPoint } from '../../charts/latency-chart.tsx'
import { useTopic, type Params, type RequestGroups } from '../../live/index.ts'
import { FigureLine } from '../../ui/figure-line.tsx'
import { duration, rate } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { useWidth } from '../../ui/use-width.ts'

interface Asked {
  readonly range: { readonly from: string; readonly to: string }
  readonly rangeSeconds: number
  readonly live: boolean
}

const STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400]

/** p50, p95 and p99 of `main`, and of `other`, the same requests at the server, its p95 dashed. */
export function PanelLatency({ main, other, range, rangeSeconds, live }: Asked & { readonly main: Params; readonly other: Params | undefined }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const step = STEPS_S.find((seconds) => rangeSeconds / seconds <= 90) ?? 86_400
  const asked = { ...range, step: `${step}s` }
  const first = useTopic<RequestGroups>('requests/aggregate', { ...main, ...asked }, live)
  const second = useTopic<RequestGroups>(other ? 'requests/aggregate' : null, { ...other, ...asked }, live)
  const [mine, theirs] = [pointsOf(first.data), pointsOf(second.data)]
  // Where only the server's end is watched, that is the latency there is.
  const shown = mine.length > 0 ? mine : theirs
  const both = mine.length > 0 && theirs.length > 0
  return (
    <div className="px-4 pt-2.5 pb-1" style={{ opacity: first.dim ? 0.4 : 1 }}>
      <div className="flex items-center">
        <h3 className="flex-1 text-sm font-medium">Latency</h3>
        <LatencyLegend server={both} />
      </div>
      <div ref={box} className="mt-2 min-h-[122px]">
        {first.error ? <ErrorNote error={first.error} onRetry={first.retry} />
          : shown.length === 0 && first.data ? <p className="pt-10 text-center text-sm text-t2">No request here in this range.</p>
            : width > 0 && <LatencyChart points={shown} stepMs={step * 1000} width={width} height={104} label="Latency over time" serverP95={both ? align(theirs, shown) : undefined} />}
      </div>
    </div>
  )
}

function pointsOf(data: RequestGroups | undefined): readonly LatencyPoint[] {
  return (data?.groups[0]?.points ?? []).map(({ time, durationNs }) => ({ at: Date.parse(time), ...durationNs }))
}

/** p95 of the other end at the steps that are drawn. */
function align(points: readonly LatencyPoint[], shown: readonly LatencyPoint[]): readonly (number | null)[] {
  const byTime = new Map(points.map((point) => [point.at, point.p95]))
  return shown.map((point) => byTime.get(point.at) ?? null)
}

/** Endpoints by requests, over the selection. */
export function PanelEndpoints({ filters, fallback, range, rangeSeconds, live, onPick }: Asked & { readonly filters: Params; readonly fallback: Params | undefined; readonly onPick: (method: string, template: string) => void }) {
  const first = useTopic<RequestGroups>('requests/aggregate', { ...filters, ...range, by: 'method,template', limit: 8 }, live)
  const second = useTopic<RequestGroups>(fallback ? 'requests/aggregate' : null, { ...fallback, ...range, by: 'method,template', limit: 8 }, live)
  const data = first.data && first.data.groups.length === 0 ? second.data : first.data
  const groups = (data?.groups ?? []).filter(({ key }) => key.method || key.template)
  if (groups.length === 0) return null
  return (
    <>
      <SectionHead title="Endpoints" note={data && data.total > groups.length ? `${groups.length} of ${data.total}` : undefined} right={<span className="text-xs text-t3">requests · p95</span>} />
      <ul className="border-t border-line">
        {groups.map(({ key, requestCount, points }) => {
          const [method, template] = [String(key.method ?? ''), String(key.template ?? '')]
          return <FigureLine key={`${method} ${template}`} name={<Name className="mono" text={`${method} ${template || '(no template)'}`} />} figures={[rate(requestCount / Math.max(1, rangeSeconds)), duration(points[0]?.durationNs.p95)]} onClick={() => onPick(method, template)} />
        })}
      </ul>
    </>
  )
}
