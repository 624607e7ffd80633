'use client'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useMemo } from 'react'
import { useNow, useProcesses, useSayOnset, useSelection, useTopic, withOnly, type Services } from '../../live/index.ts'
import { FigureLine } from '../../ui/figure-line.tsx'
import { duration, rate } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { usePhone } from '../../ui/use-phone.ts'
import { EndpointsTable } from './endpoints-table.tsx'
import { onsetOf } from './model.ts'
import { PhoneService } from './phone-service.tsx'
import { ServiceCharts } from './service-charts.tsx'
import { ServiceHead } from './service-head.tsx'
import { Side } from './side.tsx'
import { useService } from './use-service.ts'

/** The canvas comes when there is a page to draw it on. */
const SmallFlame = dynamic(() => import('./small-flame.tsx').then(({ SmallFlame }) => SmallFlame), { ssr: false })

/** One service: rate, errors and latency on one axis, its endpoints, and what stands around it. */
export function ServiceView() {
  const { selection } = useSelection()
  const chosen = selection.filters.filter(({ key, not }) => key === 'service' && !not)
  return chosen.length === 1 ? <OneService key={chosen[0]!.value} name={chosen[0]!.value} /> : <ChooseService among={chosen.map(({ value }) => value)} />
}

function OneService({ name }: { readonly name: string }) {
  const { selection, live } = useSelection()
  const reading = useService(name)
  const phone = usePhone()
  const { processes, now } = useProcesses()
  const nowMs = useNow(live)
  const host = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  const areKnown = now.data !== undefined
  const ours = useMemo(() => (areKnown ? processes.filter((process) => process.service === name && (host === undefined || process.host === host)) : undefined), [areKnown, processes, name, host])
  useSayOnset(onsetOf(reading.before))
  if (phone) return <PhoneService reading={reading} />
  return (
    <>
      <ServiceHead reading={reading} processes={ours} nowMs={nowMs} />
      <div className="flex min-h-0 flex-1 items-stretch">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto">
          <ServiceCharts reading={reading} phone={false} />
          {(reading.steps.data === undefined || reading.requestCount > 0) && <EndpointsTable reading={reading} />}
          <SmallFlame service={name} />
        </div>
        <Side reading={reading} processes={ours} />
      </div>
    </>
  )
}

/** The selection names no service, or several: which? */
function ChooseService({ among }: { readonly among: readonly string[] }) {
  const { live, range, href } = useSelection()
  const { data, error, retry } = useTopic<Services>('services', { ...(live ? { from: 'now-60s', to: 'now' } : range), limit: 1000 }, live)
  const services = (data?.services ?? []).filter(({ name }) => among.length === 0 || among.includes(name))
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <SectionHead title={among.length === 0 ? 'Which service?' : 'Several services are chosen: which one?'} note="requests · p99" />
      {error && <p className="px-4"><ErrorNote error={error} onRetry={retry} /></p>}
      {data && services.length === 0 && <p className="px-4"><EmptyNote>No service was seen in this range.</EmptyNote> <Link href={href('/')} prefetch={false} className="text-sm text-accent">Overview</Link></p>}
      <ul className={services.length > 0 ? 'max-w-3xl border-t border-line' : ''}>
        {services.map(({ name, requestRate, requestCount, client, durationNs }) => (
          <FigureLine key={name} high name={<Name text={name} className="font-medium" />} href={href('/service', withOnly('service', name))} figures={requestCount > 0 ? [rate(requestRate), duration(durationNs.p99)] : [rate(client.requestRate), duration(client.durationNs.p99)]} />
        ))}
      </ul>
    </div>
  )
}
