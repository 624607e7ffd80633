'use client'
import { Search, type LucideIcon } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Fragment, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useFocusBack } from './focus-back.ts'
import { Key, Keys } from './key.tsx'
import { found, type Match } from './palette-match.ts'
import { visible } from './text.ts'

export interface PaletteItem {
  readonly id: string
  readonly group: 'Services' | 'Endpoints' | 'Processes' | 'Pages' | 'Actions'
  readonly icon: LucideIcon
  readonly text: string
  /** A live number, or where it is. */
  readonly hint?: ReactNode
  readonly keys?: string
  /** `here`: ⌘↵, filter this page instead of opening another. */
  readonly run: (here: boolean) => void
}

interface PaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly items: readonly PaletteItem[]
}

const MOST = 6

/** ⌘K: services, endpoints, processes, pages and actions by name. */
export function Palette({ open, onOpenChange, items }: PaletteProps) {
  const focusBack = useFocusBack()
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-(--z-palette) bg-[color-mix(in_srgb,var(--surface-0)_62%,transparent)]" />
        <Dialog.Content {...focusBack} aria-describedby={undefined} className="fixed top-24 left-1/2 z-(--z-palette) flex max-h-[calc(100vh-120px)] w-160 max-w-[calc(100vw-16px)] -translate-x-1/2 flex-col overflow-hidden rounded-[8px] border border-line-2 bg-s2 max-desk:top-2">
          <Dialog.Title className="sr-only">Find</Dialog.Title>
          <Finder items={items} onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Finder({ items, onDone }: { readonly items: readonly PaletteItem[]; readonly onDone: () => void }) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const results = useMemo(() => found(items.map((item) => ({ ...item, text: visible(item.text) })), query, MOST), [items, query])
  const chosen = Math.min(at, results.length - 1)
  const run = (index: number, here: boolean) => {
    const item = results[index]
    if (!item) return
    onDone()
    item.run(here)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((chosen + step + results.length) % Math.max(1, results.length))
    else if (event.key === 'Enter') run(chosen, event.metaKey || event.ctrlKey)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className="flex h-12 flex-none items-center gap-2.5 border-b border-line px-4">
        <Search size={16} strokeWidth={1.6} aria-hidden />
        <input
          role="combobox"
          aria-label="Find a service, endpoint, process, page or action"
          aria-expanded="true"
          aria-controls="palette-results"
          aria-activedescendant={results[chosen] ? `palette-${chosen}` : undefined}
          placeholder="Service, endpoint, process, page or action"
          value={query}
          spellCheck={false}
          onChange={(event) => { setQuery(event.target.value); setAt(0) }}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 bg-transparent text-lg focus-visible:shadow-none"
        />
        <Key>Esc</Key>
      </div>
      <div id="palette-results" role="listbox" aria-label="Found" className="min-h-0 flex-1 overflow-y-auto">
        {results.map((item, index) => (
          <Fragment key={item.id}>
            {item.group !== results[index - 1]?.group && <div role="presentation" className="px-4 pt-2.5 pb-1 text-xs text-t3">{item.group}</div>}
            <Result id={`palette-${index}`} item={item} chosen={index === chosen} onChoose={(here) => run(index, here)} onPoint={() => setAt(index)} />
          </Fragment>
        ))}
        {results.length === 0 && <p className="px-4 py-3 text-sm text-t2">Nothing seen in this range has that name.</p>}
      </div>
      <div className="mt-1.5 flex h-8 flex-none items-center gap-4 border-t border-line px-4 text-xs text-t3 max-desk:hidden">
        <span className="flex items-center gap-1"><Keys keys="↑ ↓" /> move</span>
        <span className="flex items-center gap-1"><Key>↵</Key> open</span>
        <span className="flex items-center gap-1"><Keys keys="⌘ ↵" /> filter here</span>
        <span className="ml-auto">{results.length} found</span>
      </div>
    </>
  )
}

interface ResultProps {
  readonly id: string
  readonly item: PaletteItem & { readonly match: Match }
  readonly chosen: boolean
  readonly onChoose: (here: boolean) => void
  readonly onPoint: () => void
}

function Result({ id, item, chosen, onChoose, onPoint }: ResultProps) {
  const { icon: Icon, text, hint, keys, match } = item
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      ref={(element) => { if (chosen) element?.scrollIntoView({ block: 'nearest' }) }}
      onClick={(event) => onChoose(event.metaKey || event.ctrlKey)}
      onPointerMove={onPoint}
      className={`mx-1.5 flex h-8 cursor-pointer items-center gap-2.5 rounded-1 px-2.5 text-base ${chosen ? 'bg-s3' : ''}`}
    >
      <Icon size={16} strokeWidth={1.6} className="flex-none text-t3" aria-hidden />
      <bdi className="cut" title={text}>
        <Marked text={text} ranges={match.ranges} />
      </bdi>
      <span className="ml-auto flex flex-none items-center gap-2 pl-2 text-sm text-t3">
        {hint}
        {keys !== undefined && <Keys keys={keys} />}
      </span>
    </div>
  )
}

/** The matching parts in accent. */
function Marked({ text, ranges }: { readonly text: string; readonly ranges: Match['ranges'] }) {
  const parts: ReactNode[] = []
  let at = 0
  for (const [from, to] of ranges) {
    parts.push(text.slice(at, from), <mark key={from} className="bg-transparent font-medium text-accent">{text.slice(from, to)}</mark>)
    at = to
  }
  return [...parts, text.slice(at)]
}
