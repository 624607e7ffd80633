'use client'
import { useCallback, useMemo, type RefObject } from 'react'
import { duration, grouped, rate, sentence, share } from '../../ui/format.ts'
import { LineList, Lines } from '../../ui/line-list.tsx'
import { Name } from '../../ui/name.tsx'
import { byTrouble, nodeName, SLOW_WORDS, type MapEdge, type MapModel } from './model.ts'

interface PhoneEdgesProps {
  readonly model: MapModel
  readonly onChoose: (id: string) => void
  readonly scrolledPx: RefObject<number>
}

const edgeKey = (edge: MapEdge) => edge.id

/** The map in a hand: who asks whom, what is slow against its own normal first. */
export function PhoneEdges({ model, onChoose, scrolledPx }: PhoneEdgesProps) {
  const rows = useMemo(() => byTrouble(model.edges), [model.edges])
  const line = useCallback((edge: MapEdge) => <EdgeLines edge={edge} from={nodeName(model, edge.from)} to={nodeName(model, edge.to)} />, [model])
  return <LineList label="Edges of the map" rows={rows} rowKey={edgeKey} line={line} onOpen={(edge) => onChoose(edge.id)} empty="No edge in this range." dim={false} scrolledPx={scrolledPx} />
}

function EdgeLines({ edge: { protocol, rate: perSecond, errorShare, durationNs, slow, merged }, from, to }: { readonly edge: MapEdge; readonly from: string; readonly to: string }) {
  return (
    <Lines
      dot={slow > 0 ? 'text-warn' : 'text-transparent'}
      title={<><Name text={from} className="cut" /><span className="flex-none text-t3" aria-label="to">→</span><Name text={to} className="cut" /></>}
      figure={<span className={slow > 0 ? 'font-medium text-warn' : ''}>{sentence(duration(durationNs.p95))}</span>}
      quiet={perSecond === 0}
      below={<span className="pl-4">{protocol === 'tcp' ? 'not decoded' : protocol} · {sentence(rate(perSecond))}{errorShare > 0 && <> · <span className="text-bad">{sentence(share(errorShare))} errors</span></>}</span>}
      right={merged ? `${grouped(merged.length)} as one` : slow > 0 ? <span className="text-warn">{`p95, ${SLOW_WORDS[slow]} its normal`}</span> : 'p95'}
    />
  )
}
