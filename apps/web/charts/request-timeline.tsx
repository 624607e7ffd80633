'use client'
import { duration, sentence } from '../ui/format.ts'
import { axisDuration } from './axis-units.ts'
import { AXIS_TEXT } from './axis.tsx'
import { Picture } from './picture.tsx'
import { requestGaps, type EndMoments, type GapKind } from './request-gaps.ts'
import { linearScale } from './scale.ts'
import { spanTicks } from './ticks.ts'
import { GAP_NAMES, LANE_PX, leaderY, timelineLayout, type TimelineLane, type TimelineLayout } from './timeline-layout.ts'

/** One end as its lane is named. */
export interface TimelineEnd {
  readonly moments: EndMoments
  /** Service. */
  readonly name: string
  /** `client, 3121`. */
  readonly detail: string
}

export interface RequestTimelineProps {
  readonly server: TimelineEnd | undefined
  readonly client: TimelineEnd | undefined
  readonly width: number
}

/** What a part is drawn with: ledger parts in their own colours, what is measured but not yet divided in greys. */
export const GAP_FILL: Readonly<Record<GapKind, string>> = {
  'sending': 'var(--surface-3)',
  'network-out': 'var(--ledger-network)',
  'queue': 'var(--ledger-queue)',
  'reading': 'var(--surface-3)',
  'service': 'var(--series-requests)',
  'response': 'var(--surface-3)',
  'network-back': 'var(--ledger-network)',
  'waiting': 'var(--series-requests)',
  'unaccounted': 'url(#sonde-hatch)',
}
const GAP_INK: Partial<Record<GapKind, string>> = { queue: 'var(--ledger-queue-ink)', sending: 'var(--text-1)', reading: 'var(--text-1)', response: 'var(--text-1)', unaccounted: 'var(--text-1)' }
/** Fills that are seen by their edge. */
const EDGED: ReadonlySet<GapKind> = new Set(['sending', 'reading', 'response', 'unaccounted'])

const figure = (ns: number) => sentence(duration(ns))

/** A request from its begin to its last byte, drawn to scale: one lane an end, what is too narrow is named beside it. */
export function RequestTimeline({ server, client, width }: RequestTimelineProps) {
  const gaps = requestGaps(server?.moments, client?.moments)
  if (!gaps || gaps.wallNs === 0) return null
  const layout = timelineLayout(gaps, width, figure)
  const table = () => ({
    columns: ['Part', 'Begins', 'Takes'],
    rows: gaps.gaps.map(({ kind, from, to }) => [GAP_NAMES[kind], `+${figure(from)}`, figure(to - from)]),
  })
  const label = `Timeline of ${figure(gaps.wallNs)}: ${gaps.gaps.filter(({ from, to }) => to > from).map(({ kind, from, to }) => `${GAP_NAMES[kind]} ${figure(to - from)}`).join(', ')}`
  return (
    <Picture label={label} table={table} height={layout.height}>
      <svg width={width} height={layout.height} role="img" aria-label={label} style={{ display: 'block', overflow: 'visible' }}>
        <Grid layout={layout} wallNs={gaps.wallNs} />
        {layout.client && client && <LaneName lane={layout.client} end={client} />}
        {layout.server && server && <LaneName lane={layout.server} end={server} />}
        {layout.client && (layout.server ? <Waiting lane={layout.client} forWhom={server?.name ?? ''} wallNs={gaps.wallNs} /> : <Lane lane={layout.client} />)}
        {layout.server && <Lane lane={layout.server} />}
        {layout.client && layout.server && <Crossings client={layout.client} server={layout.server} />}
      </svg>
    </Picture>
  )
}

function Grid({ layout, wallNs }: { readonly layout: TimelineLayout; readonly wallNs: number }) {
  const x = linearScale(0, wallNs, layout.left, layout.right)
  const bottom = layout.height - 4
  const whole = figure(wallNs)
  return (
    <g>
      {spanTicks(wallNs, layout.right - layout.left).map((tick) => {
        const px = x(tick)
        const hidden = px > layout.right - whole.length * 6 - 34
        return (
          <g key={tick}>
            <path d={`M${px.toFixed(1)} 18V${bottom}`} stroke="var(--line)" strokeDasharray="1 3" />
            {!hidden && (
              <text x={px.toFixed(1)} y={11} textAnchor={tick === 0 ? 'start' : 'middle'} {...AXIS_TEXT}>
                {axisDuration(tick)}
              </text>
            )}
          </g>
        )
      })}
      <path d={`M${layout.right} 18V${bottom}`} stroke="var(--line-2)" />
      <text x={layout.right} y={11} textAnchor="end" fontSize={11} fill="var(--text-1)">
        {whole}
      </text>
    </g>
  )
}

function LaneName({ lane, end }: { readonly lane: TimelineLane; readonly end: TimelineEnd }) {
  const name = end.name.length > 14 ? `${end.name.slice(0, 13)}…` : end.name
  return (
    <g>
      <title>{`${end.name}, ${end.detail}`}</title>
      <text x={0} y={lane.y + 9} fontSize={11} fontWeight={500} fill="var(--text-1)">
        {name}
      </text>
      <text x={0} y={lane.y + 22} {...AXIS_TEXT}>
        {end.detail}
      </text>
    </g>
  )
}

/** The client's lane beside a server's: it waits. */
function Waiting({ lane, forWhom, wallNs }: { readonly lane: TimelineLane; readonly forWhom: string; readonly wallNs: number }) {
  return (
    <g>
      <rect x={lane.x} y={lane.y} width={lane.width} height={LANE_PX} fill="none" stroke="var(--series-requests)" strokeDasharray="4 3" />
      <text x={lane.x + lane.width / 2} y={lane.y + 14} textAnchor="middle" fontSize={11} fill="var(--text-2)">
        {`waiting for ${forWhom} `}
        <tspan fill="var(--text-1)">{figure(wallNs)}</tspan>
      </text>
      <Leaders lane={lane} />
    </g>
  )
}

function Lane({ lane }: { readonly lane: TimelineLane }) {
  return (
    <g>
      {lane.parts.map(({ kind, x, width, ns, named, figured }) => (
        <g key={kind + x}>
          <rect x={x.toFixed(1)} y={lane.y} width={width.toFixed(1)} height={LANE_PX} rx={1} fill={GAP_FILL[kind]} stroke={EDGED.has(kind) ? 'var(--line-3)' : undefined}>
            <title>{`${GAP_NAMES[kind]} ${figure(ns)}`}</title>
          </rect>
          {named && (
            <text x={(x + 6).toFixed(1)} y={lane.y + 14} fontSize={11} fontWeight={500} fill={GAP_INK[kind] ?? 'var(--surface-0)'} pointerEvents="none">
              {GAP_NAMES[kind]}
            </text>
          )}
          {figured && (
            <text x={(x + width - 6).toFixed(1)} y={lane.y + 14} textAnchor="end" fontSize={11} fill={GAP_INK[kind] ?? 'var(--surface-0)'} pointerEvents="none">
              {figure(ns)}
            </text>
          )}
        </g>
      ))}
      <Leaders lane={lane} />
    </g>
  )
}

function Leaders({ lane }: { readonly lane: TimelineLane }) {
  return (
    <g>
      {lane.leaders.map((leader) => {
        const y = leaderY(lane, leader.row)
        const reach = leader.anchor === 'start' ? 3 : -3
        return (
          <g key={leader.kind + leader.x}>
            <path d={`M${leader.x.toFixed(1)} ${lane.y + LANE_PX}V${y - 4}h${reach}`} fill="none" stroke="var(--line-3)" />
            <text x={leader.textX.toFixed(1)} y={y} textAnchor={leader.anchor} fontSize={11} fill="var(--text-2)">
              {`${GAP_NAMES[leader.kind]} `}
              <tspan fill="var(--text-1)">{figure(leader.ns)}</tspan>
            </text>
          </g>
        )
      })}
    </g>
  )
}

/** The way from the client's lane to the server's and back. */
function Crossings({ client, server }: { readonly client: TimelineLane; readonly server: TimelineLane }) {
  const from = client.y + LANE_PX
  const back = server.x + server.width
  return (
    <g stroke="var(--ledger-network)" strokeWidth={1.5}>
      <path d={`M${client.x.toFixed(1)} ${from}L${server.x.toFixed(1)} ${server.y}`} />
      <path d={`M${back.toFixed(1)} ${server.y}L${(client.x + client.width).toFixed(1)} ${from}`} />
    </g>
  )
}
