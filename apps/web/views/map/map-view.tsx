'use client'
import { Check, ChevronDown, ListFilter } from 'lucide-react'
import dynamic from 'next/dynamic'
import { DropdownMenu } from 'radix-ui'
import { useCallback, useState } from 'react'
import { useParam, useSelection } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, PartialNote } from '../../ui/notes.tsx'
import { useEscape } from '../../ui/use-escape.ts'
import { MapPanel } from './map-panel.tsx'
import { MapTable } from './map-table.tsx'
import { mapSummary } from './model.ts'
import { useGroups } from './use-groups.ts'
import { useMap } from './use-map.ts'
import { usePlaces } from './use-places.ts'

const MapCanvas = dynamic(() => import('./map-canvas.tsx'), { ssr: false, loading: () => <Reading /> })

/** Who talks to whom, left to right from outside in; a panel says more of what is chosen. */
export function MapView() {
  const { selection, live } = useSelection()
  const [chosenParam, setChosen] = useParam('chosen')
  const [asTable, setAsTable] = useParam('table', 'replace')
  const [protocolParam, setProtocol] = useParam('edges', 'replace')
  const protocol = protocolParam ?? undefined
  const chosen = chosenParam ?? undefined
  const [controls, setControls] = useState<HTMLElement | null>(null)
  const reading = useMap(selection, live, protocol)
  const { whole, error, dim, retry } = reading
  const { model, outline, opened, openedByHand, open, collapseAll } = useGroups(whole, reading.model, chosen)
  const { places, arrange, generation, failure } = usePlaces(outline, opened)
  const toggleTable = useCallback(() => setAsTable(asTable === null ? '1' : null), [asTable, setAsTable])
  useEscape(chosen !== undefined, () => setChosen(null))
  const protocols = [...new Set(whole?.edges.map((edge) => edge.protocol))].sort()
  const has = model !== undefined && model.nodes.length > 0
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-11 flex-none items-center gap-2 border-b border-line pr-3 pl-4">
        <Protocols protocols={protocols} chosen={protocol} onChoose={setProtocol} />
        <span className="cut ml-1 text-sm text-t3">{has && whole && mapSummary(whole, model, grouped)}</span>
        {failure !== undefined && <PartialNote>{`the layout failed: ${failure}; nodes stand in rows`}</PartialNote>}
        {openedByHand > 0 && <button type="button" className="control flex-none" onClick={collapseAll}>Collapse groups</button>}
        <span className="flex-1" />
        <span ref={setControls} className="contents" />
        <button type="button" className="control flex-none" aria-pressed={asTable !== null} title="T" onClick={toggleTable}>As a table</button>
      </div>
      <div className="flex min-h-0 flex-1 items-stretch" style={{ opacity: dim ? 0.4 : 1 }}>
        {error && !has && <div className="flex-1 pt-24 text-center"><ErrorNote error={error} onRetry={retry} /></div>}
        {!error && model && !has && <div className="flex-1 pt-24 text-center"><EmptyNote>Nothing talked over TCP in this range. Services appear here within seconds of their first connection.</EmptyNote></div>}
        {has && asTable !== null && <MapTable model={model} chosen={chosen} onChoose={setChosen} />}
        {has && asTable === null && (places ? <MapCanvas model={model} places={places} chosen={chosen} onChoose={setChosen} onTable={toggleTable} arrange={arrange} generation={generation} controls={controls} /> : <Reading />)}
        {!has && !error && !model && <Reading />}
        {has && chosen !== undefined && <MapPanel chosen={chosen} model={model} reading={reading} onChoose={setChosen} onOpen={open} />}
      </div>
    </div>
  )
}

/** Where the map will be; said only if it takes a while. */
function Reading() {
  return <p className="late flex-1 pt-24 text-center text-sm text-t3">Reading who talks to whom …</p>
}

function Protocols({ protocols, chosen, onChoose }: { readonly protocols: readonly string[]; readonly chosen: string | undefined; readonly onChoose: (protocol: string | null) => void }) {
  const name = (protocol: string) => (protocol === 'tcp' ? 'not decoded' : protocol)
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="control flex-none">
        <ListFilter size={14} strokeWidth={1.6} aria-hidden />
        {`Protocol: ${chosen === undefined ? 'all' : name(chosen)}`}
        <ChevronDown size={12} strokeWidth={1.6} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} className="popover min-w-40 p-1">
          {[undefined, ...protocols].map((protocol) => (
            <DropdownMenu.Item key={protocol ?? ''} onSelect={() => onChoose(protocol ?? null)} className="flex h-[26px] items-center gap-2 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1">
              <span className="flex w-3">{protocol === chosen && <Check size={12} strokeWidth={1.6} aria-hidden />}</span>
              {protocol === undefined ? 'all' : name(protocol)}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
