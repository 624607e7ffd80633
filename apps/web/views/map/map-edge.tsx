import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { slowInk } from '../../charts/map-sizes.ts'
import { levelCurve } from '../../charts/path.ts'
import { exactText, labelText, type EdgeData, type FlowEdge } from './flow.ts'

/** Traffic: its width says its rate, its colour how slow it is against its own normal. */
export function TrafficEdge({ data }: EdgeProps<FlowEdge>) {
  if (!data) return null
  const { edge, width, chosen, dimmed } = data
  const path = data.loop ? loopPath(data.loop) : levelCurve(data.from, data.to)
  const color = `var(--slow-${edge.slow})`
  const quiet = edge.rate === 0
  return (
    <g style={{ opacity: dimmed ? 0.3 : 1 }}>
      <title>{exactText({ ...edge, p95: edge.durationNs.p95 })}</title>
      {chosen && <path d={path} fill="none" stroke="var(--accent)" strokeWidth={width + 7} opacity={0.38} strokeLinecap="round" />}
      <path d={path} fill="none" stroke={color} strokeWidth={width} opacity={edge.slow > 0 ? 1 : 0.62} strokeDasharray={quiet ? '2 4' : undefined} />
      {!data.loop && <path d={arrow(data.to, width)} fill={color} opacity={edge.slow > 0 ? 1 : 0.8} />}
      <path d={path} fill="none" stroke="transparent" strokeWidth={20} className="react-flow__edge-interaction" />
      {data.label && <Label data={data} at={data.label} />}
    </g>
  )
}

/** The head of the arrow, its tip 7 px further. */
function arrow([x, y]: readonly [number, number], width: number): string {
  return `M${x + 7} ${y}l-7 ${-3 - width / 2}v${6 + width}z`
}

function loopPath({ x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number }): string {
  const side = radius * 0.7 + 3
  const top = y - radius - 30
  return `M${x + side} ${y - side}C${x + side + 18} ${top} ${x - side - 18} ${top} ${x - side} ${y - side}`
}

function Label({ data, at: [x, y] }: { readonly data: EdgeData; readonly at: readonly [number, number] }) {
  const { edge, chosen, walked, dimmed } = data
  const [perSecond, p95] = labelText(edge)
  return (
    <EdgeLabelRenderer>
      <div
        className={`pointer-events-none absolute rounded-[3px] bg-s0 px-[5px] text-xs whitespace-nowrap text-t3 ${chosen ? 'shadow-[0_0_0_1px_var(--accent)]' : ''} ${walked ? 'shadow-(--focus-ring)' : ''}`}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`, zIndex: chosen || walked ? 2 : edge.slow > 0 ? 1 : 0 }}
        aria-hidden="true"
      >
        {/* Its ground stays: the line would go through the words. */}
        <span className="flex h-4 items-center gap-1.5" style={{ opacity: dimmed ? 0.3 : 1 }}>
          {edge.rate === 0 ? 'quiet' : perSecond}
          {p95 !== '' && <span style={{ color: slowInk(edge.slow), fontWeight: edge.slow > 1 ? 500 : 400 }}>{p95}</span>}
        </span>
      </div>
    </EdgeLabelRenderer>
  )
}
