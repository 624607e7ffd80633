'use client'
import { StatTile } from '../../ui/stat-tile.tsx'
import { PeerLines } from './peer-lines.tsx'
import { ServiceCharts } from './service-charts.tsx'
import { tilesOf } from './service-head.tsx'
import { usePeers } from './use-side.ts'
import type { ServiceReading } from './use-service.ts'

const SHOWN = new Set(['Requests', 'Errors', 'p99'])

/** The service on a phone: three figures, the charts with latency first, whom it calls and who calls it. */
export function PhoneService({ reading }: { readonly reading: ServiceReading }) {
  const peers = usePeers(reading.name)
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="grid grid-cols-3 border-b border-line">
        {tilesOf(reading).filter(({ label }) => SHOWN.has(label)).map(({ label, figure, note, tone }) => <StatTile key={label} label={label} figure={figure} note={note} tone={tone} stacked className="py-2 pl-4" />)}
      </div>
      <ServiceCharts reading={reading} phone />
      <PeerLines title="Calls" service={reading.name} side="callees" peers={peers} phone />
      <PeerLines title="Called by" service={reading.name} side="callers" peers={peers} phone />
    </div>
  )
}
