'use client'
import '@xyflow/react/dist/style.css'
import './map.css'
import { getViewportForBounds, ReactFlow, ReactFlowProvider, useReactFlow, useStore, useViewport } from '@xyflow/react'
import { Maximize, Minus, Plus, Waypoints } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'
import { neighbourhood, walk, type Place } from '../../charts/map-places.ts'
import { visible } from '../../ui/text.ts'
import { boundsOf, flowOf, labelText, type FlowEdge, type FlowNode } from './flow.ts'
import { Legend } from './legend.tsx'
import { TrafficEdge } from './map-edge.tsx'
import { ServiceNode } from './map-node.tsx'
import { nodeName, type MapModel } from './model.ts'

export interface MapCanvasProps {
  readonly model: MapModel
  readonly places: ReadonlyMap<string, Place>
  readonly chosen: string | undefined
  readonly onChoose: (id: string | null) => void
  readonly onTable: () => void
  readonly arrange: () => void
  /** Grows when all was laid out anew. */
  readonly generation: number
  /** Where above the map its zoom is put. */
  readonly controls: HTMLElement | null
  /** Two fingers zoom. */
  readonly phone: boolean
}

const LEAST_ZOOM = 0.1
const NODE_TYPES = { service: ServiceNode }
const EDGE_TYPES = { traffic: TrafficEdge }
const ARROWS: Readonly<Record<string, 'left' | 'right' | 'up' | 'down'>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** The drawn map. Loaded when it is needed: React Flow is not part of other pages. */
export default function MapCanvas(props: MapCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  )
}

function Canvas({ model, places, chosen, onChoose, onTable, arrange, generation, controls, phone }: MapCanvasProps) {
  const [pointed, setPointed] = useState<string>()
  const [walked, setWalked] = useState<string>()
  const near = useMemo(() => (pointed === undefined ? undefined : neighbourhood(pointed, model.edges)), [pointed, model.edges])
  const flow = useMemo(() => flowOf({ model, places, chosen, walked, near }), [model, places, chosen, walked, near])
  const fit = useFit(flow.nodes, generation)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const arrow = ARROWS[event.key]
    const at = model.edges.find((edge) => edge.id === (walked ?? chosen))
    if (arrow) setWalked((at ? walk(model.edges, places, at, arrow) : model.edges[0])?.id)
    else if (event.key === 'Enter' && walked !== undefined) onChoose(walked)
    else if (event.key === 'Escape') {
      setWalked(undefined)
      onChoose(null)
    } else if (event.key.toLowerCase() === 't') onTable()
    else return
    event.preventDefault()
  }
  const walkedEdge = model.edges.find((edge) => edge.id === walked)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- the map is walked by keys
    <div role="group" tabIndex={0} onKeyDown={onKeyDown} onBlur={() => setWalked(undefined)} aria-label="Service map. Arrows walk the edges, Enter opens one, T shows the table." className="relative min-h-0 min-w-0 flex-1 focus-visible:shadow-[inset_0_0_0_2px_var(--accent)]">
      <ReactFlow<FlowNode, FlowEdge>
        nodes={flow.nodes}
        edges={flow.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        minZoom={LEAST_ZOOM}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        onMove={(event) => { if (event) fit.release() }}
        onNodeClick={(_, node) => onChoose(node.id)}
        onEdgeClick={(_, edge) => onChoose(edge.id)}
        onPaneClick={() => onChoose(null)}
        onNodeMouseEnter={(_, node) => setPointed(node.id)}
        onNodeMouseLeave={() => setPointed(undefined)}
        onEdgeMouseEnter={(_, edge) => setPointed(edge.id)}
        onEdgeMouseLeave={() => setPointed(undefined)}
      />
      <p className="sr-only" role="status">{walkedEdge && `${visible(nodeName(model, walkedEdge.from))} to ${visible(nodeName(model, walkedEdge.to))}, ${walkedEdge.protocol}, ${labelText(walkedEdge)[0]}, p95 ${labelText(walkedEdge)[1] || 'not known'}`}</p>
      {controls && createPortal(phone ? <FitButton fit={fit} /> : <Zoom arrange={arrange} fit={fit} />, controls)}
      <Legend />
    </div>
  )
}

interface Fit {
  /** Fits now, and keeps fitting. */
  fit(): void
  /** The reader has moved the map: it stays as it is. */
  release(): void
}

/** Fits all nodes at first, after a new layout and when the canvas changes its size, until the reader moves the map. */
function useFit(nodes: readonly FlowNode[], generation: number): Fit {
  const flow = useReactFlow()
  const released = useRef(false)
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  const latest = useRef(nodes)
  useEffect(() => {
    latest.current = nodes
  })
  const fit = useCallback(() => {
    if (width === 0 || latest.current.length === 0) return
    released.current = false
    void flow.setViewport(getViewportForBounds(boundsOf(latest.current), width, height, LEAST_ZOOM, 1, 0.06))
  }, [flow, width, height])
  const seen = useRef(generation)
  const isThere = nodes.length > 0
  useEffect(() => {
    if (released.current && seen.current === generation) return
    seen.current = generation
    fit()
  }, [fit, generation, isThere])
  const release = useCallback(() => {
    released.current = true
  }, [])
  return { fit, release }
}

function FitButton({ fit }: { readonly fit: Fit }) {
  return <button type="button" title="Fit all of it" className="control flex-none" onClick={fit.fit}><Maximize size={14} strokeWidth={1.6} aria-hidden />Fit</button>
}

function Zoom({ arrange, fit }: { readonly arrange: () => void; readonly fit: Fit }) {
  const flow = useReactFlow()
  const { zoom } = useViewport()
  const by = (change: () => Promise<boolean>) => () => {
    fit.release()
    void change()
  }
  return (
    <span role="group" aria-label="Zoom" className="segments flex-none">
      <button type="button" title="Lay out anew" aria-label="Lay out anew" onClick={arrange}><Waypoints size={14} strokeWidth={1.6} aria-hidden /></button>
      <button type="button" title="Fit all of it" onClick={fit.fit}><Maximize size={14} strokeWidth={1.6} aria-hidden />Fit</button>
      <button type="button" aria-label="Zoom out" onClick={by(() => flow.zoomOut())}><Minus size={14} strokeWidth={1.6} aria-hidden /></button>
      <button type="button" title="Full size" className="min-w-14 justify-center" onClick={by(() => flow.zoomTo(1))}>{`${Math.round(zoom * 100)}\u00a0%`}</button>
      <button type="button" aria-label="Zoom in" onClick={by(() => flow.zoomIn())}><Plus size={14} strokeWidth={1.6} aria-hidden /></button>
    </span>
  )
}
