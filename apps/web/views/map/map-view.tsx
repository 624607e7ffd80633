'use client'
import { Check, ChevronDown, ListFilter } from 'lucide-react'
import dynamic from 'next/dynamic'
import { DropdownMenu } from 'radix-ui'
import { useCallback, useRef, useState } from 'react'
import { useParam, useSelection } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { EmptyNote, ErrorNote, PartialNote } from '../../ui/notes.tsx'
import { useEscape } from '../../ui/use-escape.ts'
import { usePhone } from '../../ui/use-phone.ts'
import { MapPanel } from './map-panel.tsx'
import { MapTable } from './map-table.tsx'
import { isOnMap, mapSummary, type MapAnswer, type MapModel } from './model.ts'
import { PhoneEdges } from './phone-edges.tsx'
import { useGroups } from './use-groups.ts'
import { useMap } from './use-map.ts'
import { usePlaces } from './use-places.ts'

const MapCanvas = dynamic(() => import('./map-canvas.tsx'), { ssr: false, loading: () => <Reading /> })

/** In `table`: the table or the picture, whatever is usual where the page is. */
const [TABLE, PICTURE] = ['1', '0']

/** Whether edges are listed instead of drawn; on a phone they are, unless the picture is asked for. */
function useIsListed(phone: boolean): readonly [isListed: boolean, toggle: () => void] {
  const [param, set] = useParam('table', 'replace')
  const isListed = phone ? param !== PICTURE : param === TABLE
  const toggle = useCallback(() => set(isListed === phone ? (phone ? PICTURE : TABLE) : null), [isListed, phone, set])
  return [isListed, toggle]
}

/** Who talks to whom, left to right from outside in; a panel says more of what is chosen. */
export function MapView() {
  const { selection, live } = useSelection()
  const phone = usePhone()
  const [chosenParam, setChosen] = useParam('chosen')
  const [isListed, toggle] = useIsListed(phone)
  const [protocolParam, setProtocol] = useParam('edges', 'replace')
  const protocol = protocolParam ?? undefined
  const chosen = chosenParam ?? undefined
  const scrolledPx = useRef(0)
  const [controls, setControls] = useState<HTMLElement | null>(null)
  const reading = useMap(selection, live, protocol)
  const { whole, error, dim, retry } = reading
  const { model, outline, opened, openedByHand, open, collapseAll } = useGroups(whole, reading.model, chosen)
  const { places, arrange, generation, failure } = usePlaces(isListed ? undefined : outline, opened)
  useEscape(chosen !== undefined, () => setChosen(null))
  const protocols = [...new Set(whole?.edges.map((edge) => edge.protocol))].sort()
  const has = model !== undefined && model.nodes.length > 0
  const panel = has && chosen !== undefined && isOnMap(model, chosen) && <MapPanel chosen={chosen} model={model} reading={reading} onChoose={setChosen} onOpen={open} />
  if (phone && panel) return <div className="flex min-h-0 flex-1">{panel}</div>
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-11 flex-none items-center gap-2 border-b border-line pr-3 pl-4 max-desk:h-auto max-desk:flex-wrap max-desk:py-1.5 max-desk:pr-4">
        <Protocols protocols={protocols} chosen={protocol} onChoose={setProtocol} />
        {!phone && <Summary whole={whole} model={model} />}
        {failure !== undefined && <PartialNote>{`the layout failed: ${failure}; nodes stand in rows`}</PartialNote>}
        {openedByHand > 0 && <button type="button" className="control flex-none" onClick={collapseAll}>Collapse groups</button>}
        <span className="flex-1" />
        <span ref={setControls} className="contents" />
        {phone
          ? <button type="button" className="control flex-none" onClick={toggle}>{isListed ? 'As a picture' : 'As a list'}</button>
          : <button type="button" className="control flex-none" aria-pressed={isListed} title="T" onClick={toggle}>As a table</button>}
      </div>
      {phone && isListed && has && <p className="flex-none border-b border-line px-4 py-2"><Summary whole={whole} model={model} /></p>}
      <div className="flex min-h-0 flex-1 items-stretch" style={{ opacity: dim ? 0.4 : 1 }}>
        {error && !has && <div className="flex-1 pt-24 text-center"><ErrorNote error={error} onRetry={retry} /></div>}
        {!error && model && !has && <div className="flex-1 px-4 pt-24 text-center"><EmptyNote>Nothing talked over TCP in this range. Services appear here within seconds of their first connection.</EmptyNote></div>}
        {has && isListed && (phone ? <PhoneEdges model={model} onChoose={setChosen} scrolledPx={scrolledPx} /> : <MapTable model={model} chosen={chosen} onChoose={setChosen} />)}
        {has && !isListed && (places ? <MapCanvas model={model} places={places} chosen={chosen} onChoose={setChosen} onTable={toggle} arrange={arrange} generation={generation} controls={controls} phone={phone} /> : <Reading />)}
        {!has && !error && !model && <Reading />}
        {panel}
      </div>
    </div>
  )
}

function Summary({ whole, model }: { readonly whole: MapAnswer | undefined; readonly model: MapModel | undefined }) {
  return <span className="text-sm text-t3 desk:cut desk:ml-1">{whole && model && model.nodes.length > 0 && mapSummary(whole, model, grouped)}</span>
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
            <DropdownMenu.Item key={protocol ?? ''} onSelect={() => onChoose(protocol ?? null)} className="flex h-[26px] items-center gap-2 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1 max-desk:h-11">
              <span className="flex w-3">{protocol === chosen && <Check size={12} strokeWidth={1.6} aria-hidden />}</span>
              {protocol === undefined ? 'all' : name(protocol)}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
