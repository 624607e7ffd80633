'use client'
import { FigureLine } from '../../ui/figure-line.tsx'
import { duration, grouped, rate } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { MOST_NODES } from './groups.ts'
import type { CollapsedGroup, MapEdge } from './model.ts'

/** Lines drawn of a long list; the table and Requests have all. */
const LISTED = 100

/** `14 addresses`, `6 services`. */
export function sizeOf({ kind, members }: Pick<CollapsedGroup, 'kind' | 'members'>): string {
  const one = members.length === 1
  return `${grouped(members.length)} ${kind === 'network' ? (one ? 'address' : 'addresses') : one ? 'service' : 'services'}`
}

const WORDS: Readonly<Record<CollapsedGroup['kind'], string>> = { network: 'outside, by network', unit: 'systemd unit', container: 'container', host: 'host' }

export const groupNote = (group: CollapsedGroup): string =>
  `${WORDS[group.kind]} · ${sizeOf(group)} as one, as the map has more than ${MOST_NODES} nodes${group.inside.length > 0 ? ` · ${grouped(group.inside.length)} ${group.inside.length === 1 ? 'edge' : 'edges'} inside` : ''}`

/** What is in a group, the slowest and busiest first; one that is chosen opens it. */
export function Members({ group, onChoose }: { readonly group: CollapsedGroup; readonly onChoose: (id: string) => void }) {
  const members = group.members.toSorted((a, b) => b.slow - a.slow || b.rate - a.rate || (a.id < b.id ? -1 : 1))
  return (
    <>
      <SectionHead title="In it" note={members.length > LISTED ? `${LISTED} of ${grouped(members.length)}` : undefined} right={<span className="text-xs text-t3">requests · p95</span>} />
      <ul className="border-t border-line">
        {members.slice(0, LISTED).map((node) => (
          <FigureLine key={node.id} name={<Name text={node.id} />} figures={[rate(node.rate), duration(node.p95)]} ended={node.quiet} onClick={() => onChoose(node.id)} />
        ))}
      </ul>
    </>
  )
}

/** The edges that one edge between groups stands for. */
export function MergedEdges({ edges, onChoose }: { readonly edges: readonly MapEdge[]; readonly onChoose: (id: string) => void }) {
  const sorted = edges.toSorted((a, b) => b.slow - a.slow || b.rate - a.rate || (a.id < b.id ? -1 : 1))
  return (
    <>
      <SectionHead title="Edges in it" note={sorted.length > LISTED ? `${LISTED} of ${grouped(sorted.length)}` : 'percentiles of several do not add'} right={<span className="text-xs text-t3">requests · p95</span>} />
      <ul className="border-t border-line">
        {sorted.slice(0, LISTED).map((edge) => (
          <FigureLine key={edge.id} name={<><Name text={edge.from} /> → <Name text={edge.to} /></>} figures={[rate(edge.rate), duration(edge.durationNs.p95)]} onClick={() => onChoose(edge.id)} />
        ))}
      </ul>
    </>
  )
}
