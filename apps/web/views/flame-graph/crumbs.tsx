import { X } from 'lucide-react'
import { pathTo, type FlameLayout } from '../../charts/flame-layout.ts'
import type { FlamePalette } from '../../charts/flame-palette.ts'
import { PartialNote } from '../../ui/notes.tsx'
import { bounded, visible } from '../../ui/text.ts'
import { functionOf, type Whole } from './figures.ts'
import { Swatch } from './frame-facts.tsx'

interface CrumbsProps {
  readonly layout: FlameLayout
  readonly zoom: number
  readonly isLost: boolean
  readonly whole: Whole
  readonly onZoom: (node: number) => void
  readonly focused: string | undefined
  readonly onUnfocus: () => void
  readonly palette: FlamePalette
  readonly isTable: boolean
}

/** Of the way in, the first and the last few are named. */
const NAMED = 3

/** The way to what is zoomed to, back by a click; what colours mean. */
export function Crumbs({ layout, zoom, isLost, whole, onZoom, focused, onUnfocus, palette, isTable }: CrumbsProps) {
  const path = pathTo(layout, zoom)
  const left = path.length > NAMED + 1 ? [path[0]!, -1, ...path.slice(-NAMED)] : path
  return (
    <div className="flex h-6 flex-none items-center gap-3 px-4 text-xs">
      {zoom === 0 && !isTable && <span className="cut text-t3">A click zooms<span className="max-desk:hidden">, Ctrl and the wheel go closer</span>.</span>}
      {zoom > 0 && <nav aria-label="Zoom" className="flex min-w-0 items-center gap-1.5 text-t3">
        {left.map((node, at) => (
          <span key={node} className="flex min-w-0 items-center gap-1.5">
            {at > 0 && <span aria-hidden>›</span>}
            {node < 0 ? <span title={`${path.length - NAMED - 1} more`}>…</span> : <Crumb text={functionOf(layout, node)?.name ?? whole.rootLabel} isHere={at === left.length - 1} onClick={() => onZoom(node)} />}
          </span>
        ))}
        <button type="button" onClick={() => onZoom(0)} className="flex-none rounded-1 pl-1 text-accent hover:underline">Show all</button>
      </nav>}
      {focused !== undefined && (
        <span className="inline-flex min-w-0 items-center gap-1 rounded-1 border border-line-2 bg-s2 pl-1.5">
          <span className="flex-none text-t3">only stacks with</span><bdi className="mono cut">{bounded(visible(focused), 40)}</bdi>
          <button type="button" onClick={onUnfocus} aria-label="Show all stacks" className="grid h-5 w-5 flex-none place-items-center rounded-1 text-t3 hover:text-t1"><X size={12} strokeWidth={1.6} aria-hidden /></button>
        </span>
      )}
      {isLost && <PartialNote>what was zoomed to was not sampled in this range</PartialNote>}
      <span className="flex-1" />
      <ul aria-label="Colours" className="flex min-w-0 items-center gap-3 overflow-hidden text-t3 max-desk:hidden">
        {palette.legend.map(({ name, fill, isHatched }) => <li key={name} className="flex min-w-0 items-center gap-1.5"><Swatch fill={fill} isHatched={isHatched} /><span className="cut">{bounded(visible(name), 24)}</span></li>)}
      </ul>
    </div>
  )
}

function Crumb({ text, isHere, onClick }: { readonly text: string; readonly isHere: boolean; readonly onClick: () => void }) {
  const name = <bdi className="mono cut">{bounded(visible(text), 40)}</bdi>
  return isHere ? <span aria-current="location" className="cut text-t2">{name}</span> : <button type="button" onClick={onClick} className="cut rounded-1 hover:text-t1 hover:underline">{name}</button>
}
