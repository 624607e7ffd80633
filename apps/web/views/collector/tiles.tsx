'use client'
import type { Hosts, Losses, Probes, Status } from '../../live/index.ts'
import { bytes, cores, count, duration, rate, share, sentence, type Figure } from '../../ui/format.ts'
import { StatTile } from '../../ui/stat-tile.tsx'

interface TilesProps {
  readonly status: Status | undefined
  readonly hosts: Hosts | undefined
  readonly probes: Probes | undefined
  readonly losses: Losses | undefined
}

const MISSING: Figure = { value: '–', unit: '', exact: 'not known', quiet: true }

/** What Sonde itself costs, sees and loses. */
export function Tiles({ status, hosts, probes, losses }: TilesProps) {
  const costs = (hosts?.hosts ?? []).flatMap(({ connected, cost }) => (connected && cost ? [cost] : []))
  const memory = costs.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  const ceiling = costs.reduce((sum, { memoryCeilingBytes }) => sum + memoryCeilingBytes, 0)
  const list = probes?.probes ?? []
  const fullest = list.reduce((most, { ringFill }) => Math.max(most, ringFill), 0)
  const affected = [...new Set((losses?.losses ?? []).map(({ affects }) => affects))].join(', ')
  const total = losses?.total ?? 0
  const lag = status?.lagNs
  const tile = 'min-w-0 h-[68px] border-l border-line px-4 pt-[9px] max-desk:h-[60px]'
  return (
    <div className="-ml-px grid flex-none grid-cols-6 border-b border-line max-desk:grid-cols-2">
      <StatTile className={tile} label="Sonde’s own CPU" figure={status ? cores(status.sonde.cpuCores) : MISSING} note={status && `collector ${cores(status.sonde.collectors.cpuCores).value}`} />
      <StatTile className={tile} label="Memory of the collector" figure={ceiling > 0 ? bytes(memory) : MISSING} note={ceiling > 0 ? `ceiling ${sentence(bytes(ceiling))}` : undefined} fill={ceiling > 0 ? memory / ceiling : null} />
      <StatTile className={tile} label="Added in the watched programs" figure={status?.addedNsPerRequest ? duration(status.addedNsPerRequest) : MISSING} note={status?.addedNsPerRequest ? 'a request' : 'nothing measured yet'} />
      <StatTile className={tile} label="Records" figure={probes ? rate(list.reduce((sum, { recordsPerSecond }) => sum + recordsPerSecond, 0)) : MISSING} note={probes && `fullest ring buffer ${sentence(share(fullest))}`} fill={probes ? fullest : null} />
      <StatTile className={tile} label="Lost in range" figure={losses ? count(total) : MISSING} tone={total > 0 ? 'lost' : 'usual'} note={affected === '' ? undefined : `of ${affected}`} />
      <StatTile className={tile} label="Behind" figure={lag ? duration(lag.p50) : MISSING} note={lag ? `p95 ${sentence(duration(lag.p95))}` : 'no request lately'} />
    </div>
  )
}
