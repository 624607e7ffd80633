import { ArrowLeftRight, Boxes, CircleHelp, Database, Globe, Server, type LucideIcon } from 'lucide-react'
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { createElement } from 'react'
import { errorArc, slowInk } from '../../charts/map-sizes.ts'
import { duration, rate, sentence } from '../../ui/format.ts'
import { bounded, visible } from '../../ui/text.ts'
import { exactText, NODE_BOX, type FlowNode } from './flow.ts'
import { sizeOf } from './group-panel.tsx'
import type { MapNode } from './model.ts'

const STORES = /postgres|mysql|maria|redis|valkey|memcache|mongo|cassandra|clickhouse|elastic|opensearch|etcd/i
const QUEUES = /kafka|rabbit|nats|pulsar|activemq/i

export function iconOf({ kind, serviceKind, id, group }: MapNode): LucideIcon {
  if (group && kind === 'service') return Boxes
  if (kind === 'external') return Globe
  if (kind === 'unknown') return CircleHelp
  const what = `${serviceKind ?? ''} ${id}`
  return STORES.test(what) ? Database : QUEUES.test(what) ? ArrowLeftRight : Server
}

const SHOWN = 22
const HALO = { stroke: 'var(--surface-0)', strokeWidth: 4, paintOrder: 'stroke' } as const

/** A service: its size says its rate, the red of its ring the share of errors; below, its name and figures. */
export function ServiceNode({ data }: NodeProps<FlowNode>) {
  const { node, radius, chosen, dimmed } = data
  const { width, height, x, y } = NODE_BOX
  const isOurs = node.kind === 'service'
  const ring = 2 * Math.PI * (radius + 2.5)
  const name = visible(node.group?.label ?? node.id)
  return (
    <>
      <Ends />
      <svg width={width} height={height} style={{ display: 'block', overflow: 'visible', opacity: dimmed ? 0.3 : 1 }} aria-hidden="true">
        <title>{`${name}: ${exactText(node)}`}</title>
        {chosen && <circle cx={x} cy={y} r={radius + 6} fill="none" stroke="var(--accent)" strokeWidth={2} />}
        <circle cx={x} cy={y} r={radius} fill={isOurs ? 'var(--surface-2)' : 'var(--surface-0)'} stroke="var(--line-3)" strokeDasharray={isOurs ? undefined : '3 3'} />
        {node.group && <circle cx={x} cy={y} r={radius - 3} fill="none" stroke="var(--line-3)" strokeDasharray={isOurs ? undefined : '3 3'} />}
        {node.errorShare > 0 && <circle cx={x} cy={y} r={radius + 2.5} fill="none" stroke="var(--bad)" strokeWidth={3} strokeDasharray={`${(ring * errorArc(node.errorShare)).toFixed(1)} ${ring.toFixed(1)}`} transform={`rotate(-90 ${x} ${y})`} />}
        {createElement(iconOf(node), { x: x - 7, y: y - 7, size: 14, strokeWidth: 1.7, color: node.quiet ? 'var(--text-3)' : 'var(--text-2)' })}
        <text x={x} y={y + radius + 17} textAnchor="middle" fontSize={12} fontWeight={500} fill={node.quiet ? 'var(--text-3)' : 'var(--text-1)'} {...HALO}>{bounded(name, SHOWN)}</text>
        <text x={x} y={y + radius + 31} textAnchor="middle" fontSize={11} fill="var(--text-3)" {...HALO}>
          {node.group && <tspan>{`${sizeOf(node.group)} `}</tspan>}
          <tspan dx={node.group ? 4 : 0}>{node.quiet ? 'quiet' : sentence(rate(node.rate))}</tspan>
          {node.p95 !== null && !node.quiet && <tspan dx={5} fill={slowInk(node.slow)}>{sentence(duration(node.p95))}</tspan>}
        </text>
      </svg>
    </>
  )
}

/** React Flow draws no edge without them; ours say themselves where they begin and end. */
function Ends() {
  const middle = { left: NODE_BOX.x, top: NODE_BOX.y, opacity: 0, pointerEvents: 'none' } as const
  return (
    <>
      <Handle type="source" position={Position.Right} isConnectable={false} style={middle} />
      <Handle type="target" position={Position.Left} isConnectable={false} style={middle} />
    </>
  )
}
