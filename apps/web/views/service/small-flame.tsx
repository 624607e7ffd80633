'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'
import { FlameGraph } from '../../charts/flame-graph.tsx'
import { nodeKey, nodeOf, type FlameLayout } from '../../charts/flame-layout.ts'
import { fromRoot } from '../../charts/flame-merge.ts'
import { paletteOf } from '../../charts/flame-palette.ts'
import { callTree, type SampledStacks } from '../../charts/flame-tree.ts'
import { useFlameTokens } from '../../charts/use-flame-tokens.ts'
import { useCalmRange, useQuery, useSelection, withParam, type Probes } from '../../live/index.ts'
import { grouped, sentence, share } from '../../ui/format.ts'
import { SectionHead } from '../../ui/section.tsx'
import { bounded, visible } from '../../ui/text.ts'

interface Profile extends SampledStacks {
  readonly sampleCount: number
}

const NOTHING: Profile = { sampleCount: 0, frames: [], nodes: { frame: [], parent: [], self: [] } }
const HEIGHT_PX = 200

/** Where the service's CPU time went, in ten rows; its own page has the rest. Asked each ten seconds and not as a topic, as what stands at the side. */
export function SmallFlame({ service }: { readonly service: string }) {
  const { selection, filters, href } = useSelection()
  const calm = useCalmRange(selection)
  const hosts = Object.values(filters(['host'])).flat().filter((host) => !host.startsWith('!'))
  const { data } = useQuery<Profile>(calm ? 'profiles' : null, { ...calm, service, host: hosts, nodesAs: 'columns' })
  const { sampleCount } = data ?? NOTHING
  const narrower = selection.filters.some(({ key }) => key !== 'service' && key !== 'host')
  const isOff = useIsOff(data !== undefined && sampleCount === 0)
  const note = sampleCount === 0 ? `no stack of it was sampled in this range${isOff ? ': cpu_profile is off, and its page switches it on' : ''}` : `${grouped(sampleCount)} samples of where it used a CPU${narrower ? ', whatever it was asked' : ''}`
  return (
    <section aria-label="Flame graph" className="flex-none border-t border-line">
      <SectionHead title="Flame graph" note={data && note} right={<Link href={href('/flame')} prefetch={false} className="flex-none text-xs text-accent hover:underline">Flame graph of this selection</Link>} />
      {data && sampleCount > 0 && <Picture profile={data} service={service} />}
    </section>
  )
}

/** Whether nobody samples stacks, asked where there are none. */
function useIsOff(asked: boolean): boolean {
  const { data } = useQuery<Probes>(asked ? 'probes' : null, { limit: 1000 })
  const ours = (data?.probes ?? []).filter(({ name }) => name === 'cpu_profile')
  return ours.length > 0 && ours.every(({ state, reason }) => state === 'off' && reason === '') // a recording has none to switch
}

function Picture({ profile, service }: { readonly profile: Profile; readonly service: string }) {
  const { href } = useSelection()
  const router = useRouter()
  const [zoomed, setZoomed] = useState('')
  const [chosen, setChosen] = useState('')
  const tree = useMemo(() => callTree(profile), [profile])
  const layout = useMemo(() => fromRoot(tree), [tree])
  const tokens = useFlameTokens()
  const palette = useMemo(() => tokens && paletteOf(tree, 'kind', tokens), [tree, tokens])
  const describe = useCallback((node: number) => described(layout, node, service), [layout, service])
  const keyOf = useCallback((node: number) => (node <= 0 ? '' : nodeKey(layout, node)), [layout])
  const zoom = useCallback((node: number) => setZoomed(keyOf(node)), [keyOf])
  const choose = useCallback((node: number) => setChosen(node < 0 ? '' : nodeKey(layout, node)), [layout])
  const table = href('/flame', withParam('view', 'table'))
  const onKey = useCallback((key: string) => key.toLowerCase() === 't' && (router.push(table), true), [router, table])
  if (!palette) return <div style={{ height: HEIGHT_PX }} />
  return (
    <div className="flex px-4 pb-2" style={{ height: HEIGHT_PX }}>
      <FlameGraph
        label="Flame graph, callers above what they call. Arrows walk, Enter zooms, Escape goes back out, T goes to its table" layout={layout} palette={palette} rootLabel={visible(bounded(service, 100))}
        zoom={zoomed === '' ? 0 : Math.max(0, nodeOf(layout, zoomed))} chosen={chosen === '' ? -1 : nodeOf(layout, chosen)} describe={describe} tip={describe} onZoom={zoom} onChoose={choose} onPoint={ignore} onKey={onKey}
      />
    </div>
  )
}

const ignore = () => {}

/** A rectangle in a sentence. */
function described({ functionOf, functions, total }: FlameLayout, node: number, service: string): string {
  const own = functions[functionOf[node]!]
  const all = total[0]!
  return visible(`${bounded(own?.name ?? service, 200)}: ${grouped(total[node]!)} samples, ${sentence(share(all === 0 ? null : total[node]! / all))}${own ? `, ${own.kind}` : ''}`)
}
