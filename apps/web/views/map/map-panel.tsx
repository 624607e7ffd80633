'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { all, toService, withFilter, withOnly, useSelection, type Change, type FilterKey } from '../../live/index.ts'
import { FigureLine } from '../../ui/figure-line.tsx'
import { duration, grouped, rate } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { visible } from '../../ui/text.ts'
import { connectionRows, Figures, trafficRows } from './figures.tsx'
import { groupNote, MergedEdges, Members } from './group-panel.tsx'
import { nodeName, type MapEdge, type MapModel, type MapNode } from './model.ts'
import { PanelEndpoints, PanelLatency } from './panel-latency.tsx'
import type { MapReading } from './use-map.ts'

interface PanelProps {
  readonly model: MapModel
  readonly reading: MapReading
  readonly onChoose: (id: string | null) => void
  /** Opens a group. */
  readonly onOpen: (id: string) => void
}

/** What is chosen on the map, at its right. */
export function MapPanel({ chosen, ...props }: PanelProps & { readonly chosen: string }) {
  const edge = props.model.edges.find((one) => one.id === chosen)
  if (edge) return edge.merged ? <MergedPanel edge={edge} merged={edge.merged} {...props} /> : <EdgePanel edge={edge} {...props} />
  const node = props.model.nodes.find((one) => one.id === chosen)
  if (!node) return null
  return node.group ? <GroupPanel node={node} group={node.group} {...props} /> : <NodePanel node={node} {...props} />
}

/** Where only one end is a watched service its records are the ones there are. */
function edgeFilters({ from, to, protocol }: MapEdge) {
  return { client: { service: from, peer: to, role: 'client', protocol }, server: { service: to, peer: from, role: 'server', protocol } } as const
}

const changeOf = (filters: Readonly<Partial<Record<FilterKey, string>>>): Change => all(...(Object.entries(filters) as [FilterKey, string][]).map(([key, value]) => withOnly(key, value)))

function EdgePanel({ edge, model, reading, onChoose }: PanelProps & { readonly edge: MapEdge }) {
  const { range, live, href } = useSelection()
  const router = useRouter()
  const { client, server } = edgeFilters(edge)
  const isService = (id: string) => model.nodes.find((node) => node.id === id)?.kind === 'service'
  const main = isService(edge.from) ? client : server
  const other = isService(edge.from) && isService(edge.to) ? server : undefined
  const asked = { range, live, rangeSeconds: reading.rangeSeconds }
  const { before } = edge
  return (
    <Panel
      label={visible(`${edge.from} to ${edge.to}`)}
      title={<span className="flex items-center gap-1.5"><Ends edge={edge} model={model} onChoose={onChoose} /></span>}
      note={edgeNote(edge, isService(edge.from), isService(edge.to))}
      onClose={() => onChoose(null)}
      actions={<><Link href={href('/requests', changeOf(main))} prefetch={false} className="control control-primary">Requests on this edge</Link>{isService(edge.to) && <OpenService name={edge.to} />}</>}
    >
      <PanelLatency main={main} other={other} {...asked} />
      <Figures figuresOf={reading.figuresOf} rows={[...trafficRows(edge, before && { rate: before.requestRate, errorShare: before.requestCount > 0 ? before.errorCount / before.requestCount : null, durationNs: before.durationNs }), ...connectionRows(edge.whole, before)]} />
      <PanelEndpoints filters={main} fallback={other} {...asked} onPick={(method, template) => router.push(href('/requests', all(changeOf(main), withFilter('method', method), ...(template ? [withFilter('template', template)] : []))))} />
    </Panel>
  )
}

/** To the page of a watched service. */
function OpenService({ name }: { readonly name: string }) {
  const { href } = useSelection()
  return <Link href={href('/service', toService(name))} prefetch={false} className="control min-w-0"><span className="cut">Open <Name text={name} max={20} /></span></Link>
}

/** An edge that stands for several, of groups. */
function MergedPanel({ edge, merged, model, reading, onChoose }: PanelProps & { readonly edge: MapEdge; readonly merged: readonly MapEdge[] }) {
  const { before, whole } = edge
  const connections = `${grouped(whole.connectionCount)} ${whole.connectionCount === 1 ? 'connection' : 'connections'} in range`
  return (
    <Panel
      label={visible(`${nodeName(model, edge.from)} to ${nodeName(model, edge.to)}`)}
      title={<span className="flex items-center gap-1.5"><Ends edge={edge} model={model} onChoose={onChoose} /></span>}
      note={`${edge.protocol} · ${grouped(merged.length)} ${merged.length === 1 ? 'edge' : 'edges'} as one · ${connections}`}
      onClose={() => onChoose(null)}
    >
      <Figures figuresOf={reading.figuresOf} rows={[...trafficRows(edge, before && { rate: before.requestRate, errorShare: before.requestCount > 0 ? before.errorCount / before.requestCount : null, durationNs: before.durationNs }), ...connectionRows(whole, before)]} />
      <MergedEdges edges={merged} onChoose={onChoose} />
    </Panel>
  )
}

function GroupPanel({ node, group, model, onChoose, onOpen }: PanelProps & { readonly node: MapNode; readonly group: NonNullable<MapNode['group']> }) {
  const other = (end: 'from' | 'to') => (edge: MapEdge) => nodeName(model, edge[end])
  return (
    <Panel
      label={visible(group.label)}
      title={<Name text={group.label} />}
      note={groupNote(group)}
      onClose={() => onChoose(null)}
      actions={<button type="button" className="control control-primary" onClick={() => onOpen(node.id)}>Expand</button>}
    >
      <Edges title="Asked by" edges={model.edges.filter((edge) => edge.to === node.id)} nameOf={other('from')} onChoose={onChoose} />
      <Edges title="Asks" edges={model.edges.filter((edge) => edge.from === node.id)} nameOf={other('to')} onChoose={onChoose} />
      <Members group={group} onChoose={onChoose} />
    </Panel>
  )
}

function Ends({ edge, model, onChoose }: { readonly edge: MapEdge; readonly model: MapModel; readonly onChoose: (id: string) => void }) {
  return (
    <>
      <button type="button" className="cut rounded-1 hover:underline max-desk:h-10" onClick={() => onChoose(edge.from)}><Name text={nodeName(model, edge.from)} /></button>
      <span aria-label="to">→</span>
      <button type="button" className="cut rounded-1 hover:underline max-desk:h-10" onClick={() => onChoose(edge.to)}><Name text={nodeName(model, edge.to)} /></button>
    </>
  )
}

function edgeNote({ protocol, whole }: MapEdge, fromWatched: boolean, toWatched: boolean): string {
  const what = protocol === 'tcp' ? 'TCP, not decoded' : protocol.toUpperCase()
  const open = whole.openConnectionCount > 0 ? `, ${grouped(whole.openConnectionCount)} open` : ''
  const ends = fromWatched && toWatched ? 'both ends watched' : fromWatched ? 'seen by the client' : 'seen by the server'
  return `${what} · ${grouped(whole.connectionCount)} ${whole.connectionCount === 1 ? 'connection' : 'connections'} in range${open} · ${ends}`
}

function NodePanel({ node, model, reading, onChoose }: PanelProps & { readonly node: MapNode }) {
  const { range, live, href } = useSelection()
  const router = useRouter()
  const into = model.edges.filter((edge) => edge.to === node.id)
  const out = model.edges.filter((edge) => edge.from === node.id)
  const ours = node.kind === 'service'
  const main = ours ? { service: node.id, role: into.length > 0 ? 'server' : 'client' } : { peer: node.id }
  const asked = { range, live, rangeSeconds: reading.rangeSeconds }
  const what = ours ? (node.serviceKind ?? 'service') : node.kind === 'external' ? 'outside, not watched' : 'not named: no process of a watched host owns it'
  return (
    <Panel
      label={visible(node.id)}
      title={<Name text={node.id} />}
      note={`${what} · ${grouped(into.length)} in, ${grouped(out.length)} out`}
      onClose={() => onChoose(null)}
      actions={<><Link href={href('/requests', changeOf(main))} prefetch={false} className="control control-primary">{ours ? 'Requests' : <span>Requests of <Name text={node.id} max={20} /></span>}</Link>{ours && <OpenService name={node.id} />}</>}
    >
      <PanelLatency main={main} other={undefined} {...asked} />
      {node.durationNs !== undefined && <Figures figuresOf={reading.figuresOf} rows={trafficRows({ ...node, durationNs: node.durationNs }, node.before && { rate: node.before.requestRate, errorShare: node.before.errorRate, durationNs: node.before.durationNs })} />}
      <Edges title="Asked by" edges={into} nameOf={(edge) => nodeName(model, edge.from)} onChoose={onChoose} />
      <Edges title="Asks" edges={out} nameOf={(edge) => nodeName(model, edge.to)} onChoose={onChoose} />
      <PanelEndpoints filters={main} fallback={undefined} {...asked} onPick={(method, template) => router.push(href('/requests', all(changeOf(main), withFilter('method', method), ...(template ? [withFilter('template', template)] : []))))} />
    </Panel>
  )
}

function Edges({ title, edges, nameOf, onChoose }: { readonly title: string; readonly edges: readonly MapEdge[]; readonly nameOf: (edge: MapEdge) => string; readonly onChoose: (id: string) => void }) {
  if (edges.length === 0) return null
  return (
    <>
      <SectionHead title={title} right={<span className="text-xs text-t3">requests · p95</span>} />
      <ul className="border-t border-line">
        {edges.toSorted((a, b) => b.rate - a.rate).map((edge) => (
          <FigureLine key={edge.id} name={<><Name text={nameOf(edge)} /> <span className="text-t3">{edge.protocol}</span></>} figures={[rate(edge.rate), duration(edge.durationNs.p95)]} onClick={() => onChoose(edge.id)} />
        ))}
      </ul>
    </>
  )
}
