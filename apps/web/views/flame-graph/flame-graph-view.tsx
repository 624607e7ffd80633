'use client'
import { useCallback, useMemo, useRef, useState } from 'react'
import { nodeKey } from '../../charts/flame-layout.ts'
import { paletteOf } from '../../charts/flame-palette.ts'
import { stretchOf } from '../../charts/flame-view.ts'
import { useFlameTokens } from '../../charts/use-flame-tokens.ts'
import { rowOf } from '../../charts/flame-layout.ts'
import { useSelection, useTopic, type Status } from '../../live/index.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { visible } from '../../ui/text.ts'
import type { Profile } from './answer.ts'
import { Crumbs } from './crumbs.tsx'
import { Empty } from './empty.tsx'
import { ExportMenu } from './export-menu.tsx'
import type { PictureScene } from './exporting.ts'
import { described, type Whole } from './figures.ts'
import { Panes } from './panes.tsx'
import { Timeline } from './timeline.tsx'
import { Toolbar } from './toolbar.tsx'
import { useCpuProbe, PROBE } from './use-cpu-probe.ts'
import { useFlame, useFlameState, useZoom } from './use-flame.ts'
import { useProfile, useThread } from './use-profile.ts'
import { labelOf } from './whose.ts'

const NOTHING: Profile = { sampleCount: 0, valueNs: 0, unnamedSampleCount: 0, frames: [], nodes: { frame: [], parent: [], self: [], total: [] }, timeline: { stepNs: 1e9, points: [] }, threads: [], cpus: [] }
const EXPORT_PX = 1600

/** Where CPU time went: the sampled stacks of the selection as a flame graph, with samples over time above it. */
export function FlameGraphView() {
  const handle = useProfile()
  const { data, error, dim, retry } = handle.profile
  const { selection } = useSelection()
  const state = useFlameState()
  const flame = useFlame(data ?? NOTHING, state)
  const cpuProbe = useCpuProbe()
  const status = useTopic<Status>('status', {}, true)
  const hostNames = useMemo(() => new Map((status.data?.hosts ?? []).map(({ id, name }) => [id, name])), [status.data])
  const tokens = useFlameTokens()
  const palette = useMemo(() => tokens && paletteOf(flame.tree, state.colouring, tokens), [flame.tree, state.colouring, tokens])
  const wanted = (name: string) => selection.filters.filter(({ key, not }) => key === name && !not).map(({ value }) => value)
  const label = labelOf({ services: wanted('service'), pids: wanted('pid'), ...useThread() }, data?.threads ?? [])
  const whole = useMemo((): Whole => ({ sampleCount: data?.sampleCount ?? 0, sampleNs: data && data.sampleCount > 0 ? data.valueNs / data.sampleCount : 0, rootLabel: visible(label) }), [data, label])
  const { zoom, isLost, setZoom } = useZoom(flame.layout, 'zoom')
  const { wanted: sought, step } = useMatchSteps(flame, setZoom, zoom)
  const drawn = flame.sandwich?.layouts.callees ?? flame.layout
  const scene = (): PictureScene => {
    const { from, to } = stretchOf(drawn, flame.sandwich ? 0 : zoom)
    return { layout: drawn, palette: palette!, matches: flame.matches, from: from * drawn.total[0]!, to: to * drawn.total[0]!, widthPx: EXPORT_PX, upward: false, dimRows: zoom > 0 && !flame.sandwich ? rowOf(drawn, zoom) : 0, rootLabel: whole.rootLabel }
  }
  const isEmpty = data?.sampleCount === 0
  const isOff = selection.range.kind === 'last' && (cpuProbe.probes?.length ?? 0) > 0 && cpuProbe.probes?.every(({ enabled }) => !enabled) === true
  const exportName = `sonde-${label.replaceAll(/[^\w.-]+/g, '-')}-cpu`
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar state={state} flame={data && flame} whole={whole} onStep={step}>
        {palette && data && !isEmpty && <ExportMenu asked={handle.asked} scene={scene} name={exportName} title={`CPU time, ${whole.rootLabel}`} describe={(node) => described(drawn, node, whole)} />}
      </Toolbar>
      {!data && (error ? <p className="p-4"><ErrorNote error={error} onRetry={retry} /></p> : <Loading />)}
      {data && <Timeline handle={handle} profile={data} whole={whole} offNote={isOff && !isEmpty ? `${PROBE} is off: nothing new comes` : undefined} brokenNodes={flame.tree.brokenNodes} cutSamples={flame.layout.cutSamples} />}
      {data && isEmpty && <Empty cpuProbe={cpuProbe} hostNames={hostNames} />}
      {data && !isEmpty && palette && (
        <>
          <Crumbs layout={state.shape === 'sandwich' ? drawn : flame.layout} zoom={state.shape === 'sandwich' ? 0 : zoom} isLost={isLost && !flame.sandwich} whole={whole} onZoom={setZoom} focused={flame.tree.functions[flame.focused]?.name} onUnfocus={() => state.setFocus(null)} palette={palette} isTable={state.isTable && state.shape !== 'sandwich'} />
          <Panes flame={flame} state={state} whole={whole} palette={palette} wanted={sought} dim={dim} />
        </>
      )}
    </div>
  )
}

/** Going from match to match, in the order they stand; out of the zoom where it would hide one. */
function useMatchSteps({ layout, matched }: ReturnType<typeof useFlame>, setZoom: (node: number) => void, zoom: number) {
  const [wanted, setWanted] = useState<{ readonly key: string }>()
  const at = useRef(-1)
  const step = useCallback((direction: 1 | -1) => {
    const nodes = matched?.nodes ?? []
    if (nodes.length === 0) return
    at.current = at.current < 0 && direction < 0 ? nodes.length - 1 : (at.current + direction + nodes.length) % nodes.length
    const node = nodes[at.current] ?? nodes[0]!
    const [own, seen] = [stretchOf(layout, node), stretchOf(layout, zoom)]
    if (own.from >= seen.to || own.to <= seen.from) setZoom(0)
    setWanted({ key: nodeKey(layout, node) })
  }, [layout, matched, setZoom, zoom])
  return { wanted, step }
}

/** Rows of a picture that isn’t there yet. */
function Loading() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-1 flex-col gap-px px-4 pt-28">
      {[100, 100, 82, 82, 64, 41, 23].map((share, i) => <div key={i} className="h-[19px] bg-s1" style={{ width: `${share}%` }} />)}
    </div>
  )
}
