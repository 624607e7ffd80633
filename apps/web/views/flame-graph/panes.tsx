'use client'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { FlameGraph } from '../../charts/flame-graph.tsx'
import { nodeKey, nodeOf, type FlameLayout } from '../../charts/flame-layout.ts'
import type { FlamePalette } from '../../charts/flame-palette.ts'
import { useTakenFocus } from '../../charts/use-taken-focus.ts'
import { SectionHead } from '../../ui/section.tsx'
import { described, shareOf, type Whole } from './figures.ts'
import { FrameTip, Readout } from './frame-facts.tsx'
import { FunctionTable } from './function-table.tsx'
import { keyOfNode, useZoom, type Flame, type FlameState } from './use-flame.ts'

interface PanesProps {
  readonly flame: Flame
  readonly state: FlameState
  readonly whole: Whole
  readonly palette: FlamePalette
  /** The rectangle that the search went to, by its key in `flame.layout`. */
  readonly wanted: { readonly key: string } | undefined
  readonly dim: boolean
}

/** What is under the pointer or, by keys and clicks, chosen; in one of the pictures. */
interface Told {
  readonly pane: string
  readonly node: number
}

/** The picture, or two of them around a function, and below what is pointed at. */
export function Panes(props: PanesProps) {
  const { flame, state, whole, palette } = props
  const [pointed, setPointed] = useState<Told>({ pane: '', node: -1 })
  const [chosen, setChosen] = useState<{ readonly pane: string; readonly key: string }>({ pane: '', key: '' })
  const layouts: Readonly<Record<string, FlameLayout | undefined>> = state.shape === 'sandwich' ? { ...flame.sandwich?.layouts } : state.isTable ? {} : { main: flame.layout }
  // Picture and table took each other's place by a key: what comes takes the focus of what is gone.
  const keyed = useRef(false)
  useEffect(() => {
    keyed.current = false
  }, [state.isTable])
  const { wanted } = props
  useEffect(() => {
    if (wanted) setChosen({ pane: 'main', key: wanted.key })
  }, [wanted])
  const chosenIn = (pane: string) => {
    const layout = layouts[pane]
    return layout && chosen.pane === pane ? nodeOf(layout, chosen.key) : -1
  }
  const told = pointed.node >= 0 ? pointed : { pane: chosen.pane, node: chosenIn(chosen.pane) }
  const layout = layouts[told.pane]
  const frame = layout && told.node >= 0 && told.node < layout.count ? { layout, node: told.node, whole, palette } : undefined
  const pane = (name: string, layout: FlameLayout, label: string, upward = false) => (
    <Pane key={name} {...props} keyed={keyed} name={name} layout={layout} label={label} upward={upward} chosen={chosenIn(name)} onChoose={setChosen} onPoint={setPointed} />
  )
  return (
    <>
      {state.isTable && state.shape !== 'sandwich' && <AsTable takesFocus={keyed.current} onPicture={() => { keyed.current = true; state.setTable(false) }}><FunctionTable flame={flame} whole={whole} palette={palette} chosen={null} onOpen={state.sandwich} dim={props.dim} /></AsTable>}
      {!state.isTable && state.shape !== 'sandwich' && <div className="flex min-h-0 flex-1 px-4 pt-0.5" style={{ opacity: props.dim ? 0.4 : 1 }}>{pane('main', flame.layout, `Flame graph, ${state.shape === 'reverse' ? 'what ran above what called it' : 'callers above what they call'}. Arrows walk, Enter zooms, Escape goes back out, T shows a table`)}</div>}
      {state.shape === 'sandwich' && (
        <div className="flex min-h-0 flex-1">
          <div className="flex w-[380px] flex-none flex-col border-r border-line max-desk:hidden"><FunctionTable flame={flame} whole={whole} palette={palette} isNarrow chosen={state.chosenFunction} onOpen={state.sandwich} dim={props.dim} /></div>
          <Sandwich flame={flame} whole={whole} pane={pane} dim={props.dim} />
        </div>
      )}
      <Readout frame={frame} isChosen={pointed.node < 0 && frame !== undefined} hint={Object.keys(layouts).length > 0 ? 'Point at a frame, or walk them by arrows.' : 'Arrows walk, Enter shows who calls a function and what it calls.'} />
    </>
  )
}

/** The table instead of the picture: `T` or Esc shows the picture again, as on every chart. */
function AsTable({ takesFocus, onPicture, children }: { readonly takesFocus: boolean; readonly onPicture: () => void; readonly children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useTakenFocus(box, takesFocus)
  const onKeyDown = (event: KeyboardEvent) => {
    const isBack = event.key.toLowerCase() === 't' || event.key === 'Escape'
    if (!isBack || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.nativeEvent.stopImmediatePropagation() // `t` is the theme elsewhere
    event.stopPropagation()
    onPicture()
  }
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- T and Esc, wherever in the table the focus is
  return <div ref={box} role="group" aria-label="The flame graph as a table. T shows the picture" tabIndex={-1} onKeyDown={onKeyDown} className="flex min-h-0 flex-1 flex-col focus-visible:shadow-none">{children}</div>
}

function Sandwich({ flame: { sandwich, tree }, whole, pane, dim }: { readonly flame: Flame; readonly whole: Whole; readonly pane: (name: string, layout: FlameLayout, label: string, upward?: boolean) => React.ReactNode; readonly dim: boolean }) {
  if (!sandwich) return <p className="grid flex-1 place-items-center text-sm text-t2">Choose a function: who calls it stands above, what it calls below.</p>
  const total = shareOf(sandwich.layouts.callees.total[0]!, whole)
  const name = tree.functions[sandwich.index]!.name
  return (
    <div className="flex min-w-0 flex-1 flex-col px-4" style={{ opacity: dim ? 0.4 : 1 }}>
      <div className="-mx-4"><SectionHead title="Callers" note={`the nearest at the bottom; ${total} of all samples`} /></div>
      <div className="flex min-h-0 flex-1">{pane('callers', sandwich.layouts.callers, `Callers of ${name}`, true)}</div>
      <div className="-mx-4"><SectionHead title="Callees" note={`self ${shareOf(sandwich.layouts.callees.self[0]!, whole)}`} /></div>
      <div className="flex min-h-0 flex-1">{pane('callees', sandwich.layouts.callees, `Callees of ${name}`)}</div>
    </div>
  )
}

interface PaneProps extends PanesProps {
  readonly keyed: RefObject<boolean>
  readonly name: string
  readonly layout: FlameLayout
  readonly label: string
  readonly upward: boolean
  readonly chosen: number
  readonly onChoose: (chosen: { readonly pane: string; readonly key: string }) => void
  readonly onPoint: (told: Told) => void
}

function Pane({ flame: { tree, matches }, state, keyed, whole, palette, name, layout, label, upward, chosen, onChoose, onPoint }: PaneProps) {
  const { zoom, setZoom } = useZoom(layout, name === 'callers' ? 'zoom-callers' : 'zoom')
  const { setFocus, sandwich, setTable } = state
  const onKey = useCallback((pressed: string, node: number): boolean => {
    if (pressed.toLowerCase() === 't') return (keyed.current = true), setTable(true), true
    const key = keyOfNode(tree, layout, node)
    if (key === null) return false
    switch (pressed.toLowerCase()) {
      case 's': return sandwich(key), true
      case 'f': return setFocus(key), true
      case 'c': return void navigator.clipboard?.writeText(layout.functions[layout.functionOf[node]!]!.name), true
      default: return false
    }
  }, [tree, layout, keyed, sandwich, setFocus, setTable])
  const describe = useCallback((node: number) => described(layout, node, whole), [layout, whole])
  const tip = useCallback((node: number) => <FrameTip layout={layout} node={node} whole={whole} palette={palette} />, [layout, whole, palette])
  const choose = useCallback((node: number) => onChoose({ pane: name, key: node < 0 ? '' : nodeKey(layout, node) }), [name, layout, onChoose])
  const point = useCallback((node: number) => onPoint({ pane: name, node }), [name, onPoint])
  const rootLabel = useMemo(() => whole.rootLabel, [whole])
  return <FlameGraph takesFocus={keyed.current} label={label} layout={layout} palette={palette} matches={matches} rootLabel={rootLabel} zoom={zoom} chosen={chosen} upward={upward} describe={describe} tip={tip} onZoom={setZoom} onChoose={choose} onPoint={point} onKey={onKey} />
}
