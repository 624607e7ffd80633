'use client'
import { ArrowLeftRight, Flame } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useSelection, withOnly, type Process } from '../../live/index.ts'
import { cores, count, duration, grouped, rate, ratio, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { StatTile } from '../../ui/stat-tile.tsx'
import { age, shortClock } from '../../ui/time.ts'
import type { AgainstBefore, ServiceFigures } from './model.ts'
import type { ServiceReading } from './use-service.ts'

interface HeadProps {
  readonly reading: ServiceReading
  /** Undefined until they are known. */
  readonly processes: readonly Process[] | undefined
  readonly nowMs: number
}

const TILE = 'flex-none border-l border-line px-4 max-wide:px-3'

/** What the service is and how it does, against the hour before. */
export function ServiceHead({ reading, processes, nowMs }: HeadProps) {
  const { href, live } = useSelection()
  const { name, role, before, figures, known } = reading
  const isMoved = Object.values(before.moved).some((moved) => moved !== undefined) || failing(figures, before)
  return (
    <div className="flex h-[52px] flex-none items-center overflow-hidden border-b border-line">
      <div className="min-w-0 flex-[1_1_304px] px-4">
        <div className="flex items-center gap-2">
          {isMoved && <span className="dot text-warn" title="out of its usual range" />}
          <h2 className="cut text-lg font-semibold"><Name text={name} max={60} /></h2>
          {known && role && <span className="text-sm whitespace-nowrap text-t3">{protocolName(known.protocol)}{role}</span>}
        </div>
        <div className="cut text-xs text-t3">
          <Where reading={reading} processes={processes} nowMs={nowMs} />
          {(processes ?? known) && ' · '}
          {`figures: ${live ? 'last minute' : 'whole range'}`}
        </div>
      </div>
      {tilesOf(reading).map(({ label, hide, ...tile }) => <StatTile key={label} label={label} {...tile} className={`${TILE} ${hide ? 'max-wide:hidden' : ''}`} />)}
      <StatTile className={TILE} label="CPU" figure={cores(known?.cpuCores)} note={known && <span className="max-wide:hidden">{`${grouped(known.processCount)} ${known.processCount === 1 ? 'process' : 'processes'}`}</span>} />
      <Link href={href('/flame')} prefetch={false} title="Flame graph of this selection" className="control mr-2 ml-1 flex-none">
        <Flame size={14} strokeWidth={1.6} aria-hidden />
        Flame graph
      </Link>
      <Link href={href('/requests', role && withOnly('role', role))} prefetch={false} className="control mr-3 flex-none">
        <ArrowLeftRight size={14} strokeWidth={1.6} aria-hidden />
        Requests
      </Link>
    </div>
  )
}

const protocolName = (protocol: string | null) => (protocol === null ? '' : `${protocol === 'tcp' ? 'TCP' : protocol.toUpperCase()} `)

/** Its unit or container, and how long it is up. */
function Where({ reading: { known }, processes, nowMs }: HeadProps): ReactNode {
  if (!processes) return known && <Name text={known.kind} max={60} />
  const running = processes.filter(({ exitedAt }) => exitedAt === null)
  const first = running[0]
  const place = first?.unit ?? first?.container ?? known?.kind ?? 'not running now'
  const startedMs = Math.min(...running.map(({ startedAt }) => Date.parse(startedAt)))
  return (
    <>
      <Name text={place} max={60} />
      {Number.isFinite(startedMs) && nowMs > 0 && ` · up ${age((nowMs - startedMs) / 1000)}`}
    </>
  )
}

const LEAST_ERRORS = 5
const LEAST_SHARE = 0.001
const MOVED = 1.5
/** Fewer requests than these say nothing of what is usual. */
const ENOUGH = 20

/** Errors are trouble when there are some, and more than usual. */
function failing(figures: ServiceFigures | undefined, { errorShare }: AgainstBefore): boolean {
  if (!figures || figures.errorCount < LEAST_ERRORS || (figures.errorShare ?? 0) < LEAST_SHARE) return false
  return errorShare === null ? figures.errorShare! >= 0.01 : figures.errorShare! >= errorShare * MOVED
}

interface Tile {
  readonly label: string
  readonly figure: ReturnType<typeof duration>
  readonly note?: ReactNode
  readonly tone?: 'moved' | 'errors' | 'usual'
  readonly hide?: boolean
}

/** Requests, errors and the three percentiles with what is to be said of them. */
export function tilesOf({ figures, figuresSeconds, requestCount, before }: ServiceReading): readonly Tile[] {
  const bad = failing(figures, before)
  const was = before.errorShare === null || (before.errorShare === 0 && figures?.errorCount === 0) ? undefined : `was ${sentence(share(before.errorShare))}`
  return [
    { label: 'Requests', figure: rate(figures && figures.requestCount / figuresSeconds), note: figures && `${sentence(count(requestCount))} in range` },
    { label: 'Errors', figure: share(figures?.errorShare), note: was, tone: bad ? 'errors' : 'usual' },
    ...(['p50', 'p95', 'p99'] as const).map((metric) => percentileTile(metric, figures, before)),
  ]
}

function percentileTile(metric: 'p50' | 'p95' | 'p99', figures: ServiceFigures | undefined, { usual, moved }: AgainstBefore): Tile {
  const value = figures?.durationNs[metric]
  const found = moved[metric]
  const times = found?.ratio ?? (value && usual[metric] && (figures?.requestCount ?? 0) >= ENOUGH ? value / usual[metric] : undefined)
  const since = found && metric === 'p99' ? ` since ${shortClock(Math.floor(found.sinceMs / 60_000) * 60_000)}` : ''
  return { label: metric, figure: duration(value), note: ratio(times) === '' ? undefined : ratio(times) + since, tone: (times ?? 0) >= MOVED ? 'moved' : 'usual' }
}
