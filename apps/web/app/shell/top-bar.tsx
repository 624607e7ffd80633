'use client'
import { Check, ChevronDown, Search, Server } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu } from 'radix-ui'
import { useMemo } from 'react'
import { paused, parseRangeText, rangeLabel, resumed, silenceOf, stepped, useConnection, useNow, useOnset, useSelection, withOnly, withRange, withRangeMs, type Reading, type Selection, type SelectionHandle, type Status } from '../../live/index.ts'
import { Chips } from '../../ui/chips.tsx'
import { Key } from '../../ui/key.tsx'
import { LiveSwitch, type LiveState } from '../../ui/live-switch.tsx'
import { Logo } from '../../ui/logo.tsx'
import { Name } from '../../ui/name.tsx'
import { RangePicker } from '../../ui/range-picker.tsx'
import { bounded, visible } from '../../ui/text.ts'
import { clock, instantMs, shortClock } from '../../ui/time.ts'
import { filterChips } from './filter-chips.ts'
import { SERVICE, type PageEntry } from './pages.ts'

const RANGES = [['Last 5 minutes', '5m', 300], ['Last 15 minutes', '15m', 900], ['Last hour', '1h', 3600], ['Last 6 hours', '6h', 21_600], ['Last day', '1d', 86_400], ['Last 7 days', '7d', 604_800]] as const
const BEHIND_S = 3

/** Where, filters, find, when. */
export function TopBar({ page, status, onFind }: { readonly page: PageEntry | undefined; readonly status: Reading<Status>; readonly onFind: () => void }) {
  const handle = useSelection()
  const hosts = useMemo(() => status.data?.hosts ?? [], [status.data])
  const { selection, apply } = handle
  const service = page === SERVICE ? serviceOf(selection) : undefined
  const chips = useMemo(() => filterChips(selection.filters.filter(({ key, not }) => not || (key !== 'host' && (key !== 'service' || service === undefined))), hosts, apply), [selection, service, hosts, apply])
  return (
    <header className="flex min-w-0 items-center gap-2 border-b border-line pr-3 pl-4">
      <span className="flex desk:hidden"><Logo /></span>
      {service === undefined ? <h1 className="font-medium whitespace-nowrap max-desk:pl-1">{page?.name ?? 'Sonde'}</h1> : <Crumb service={service} />}
      <HostMenu hosts={hosts} handle={handle} />
      <span className="contents max-desk:hidden"><Chips chips={chips} /></span>
      <span className="flex-1 desk:hidden" />
      <button type="button" onClick={onFind} className="control min-w-[150px] flex-[0_1_260px] text-t3 max-desk:hidden">
        <Search size={14} strokeWidth={1.6} aria-hidden />
        <span className="flex-1 text-left">Find or filter</span>
        <Key>⌘K</Key>
      </button>
      <When handle={handle} />
      <Live handle={handle} status={status} />
    </header>
  )
}

/** The service a page is of: the only one the selection names. */
function serviceOf({ filters }: Selection): string | undefined {
  const named = filters.filter(({ key, not }) => key === 'service' && !not)
  return named.length === 1 ? named[0]!.value : undefined
}

/** A service's page stands below Overview, which has all of them again. */
function Crumb({ service }: { readonly service: string }) {
  const { href } = useSelection()
  return (
    <div className="flex min-w-0 items-center whitespace-nowrap max-desk:pl-1">
      <Link href={href('/', withOnly('service', null))} prefetch={false} className="font-medium hover:underline max-desk:hidden">Overview</Link>
      <span aria-hidden className="px-1.5 text-t3 max-desk:hidden">/</span>
      <h1 className="cut max-w-64 text-t2 max-desk:font-medium max-desk:text-t1"><Name text={service} max={60} /></h1>
    </div>
  )
}

/** Chips on a phone have a line of their own. */
export function PhoneChips({ page, status }: { readonly page: PageEntry | undefined; readonly status: Reading<Status> }) {
  const { selection, apply } = useSelection()
  const service = page === SERVICE ? serviceOf(selection) : undefined
  const chips = useMemo(() => filterChips(selection.filters.filter(({ key, not }) => not || key !== 'service' || service === undefined), status.data?.hosts ?? [], apply), [selection, service, status.data, apply])
  if (chips.length === 0) return null
  return <div className="flex flex-none border-b border-line px-4 py-1.5 desk:hidden"><Chips chips={chips} /></div>
}

function HostMenu({ hosts, handle: { selection, apply } }: { readonly hosts: Status['hosts']; readonly handle: SelectionHandle }) {
  const chosen = selection.filters.find(({ key, not }) => key === 'host' && !not)?.value
  if (hosts.length === 0) return null
  const nameOf = (id: string | undefined) => bounded(visible(hosts.find((host) => host.id === id)?.name ?? id ?? ''), 32)
  const label = chosen !== undefined ? nameOf(chosen) : hosts.length === 1 ? nameOf(hosts[0]!.id) : `${hosts.length} hosts`
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger aria-label={`Host: ${label}`} className="control control-quiet px-1.5 max-desk:hidden">
        <Server size={14} strokeWidth={1.6} aria-hidden />
        <bdi>{label}</bdi>
        <ChevronDown size={12} strokeWidth={1.6} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} className="popover min-w-44 p-1">
          {[undefined, ...hosts.map(({ id }) => id)].map((id) => (
            <DropdownMenu.Item key={id ?? ''} onSelect={() => apply(withOnly('host', id ?? null))} className="flex h-[26px] items-center gap-2 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1">
              <span className="flex w-3">{id === chosen && <Check size={12} strokeWidth={1.6} aria-hidden />}</span>
              <bdi>{id === undefined ? 'All hosts' : nameOf(id)}</bdi>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function When({ handle: { selection, apply } }: { readonly handle: SelectionHandle }) {
  const { range } = selection
  const seconds = range.kind === 'last' ? range.seconds : undefined
  // The day is said only once the browser is there: the server has another zone.
  const now = useNow(false)
  const options = RANGES.map(([name, short, length]) => ({ name, short, chosen: length === seconds, choose: () => apply(withRange({ kind: 'last', seconds: length })) }))
  const onset = useOnset()
  const since = onset === null ? [] : [{ name: `Since ${shortClock(Math.floor(onset / 60_000) * 60_000)}, when it started`, short: '', chosen: false, choose: () => apply(withRangeMs(onset, Date.now())) }]
  const onType = (text: string) => {
    const typed = parseRangeText(text, Date.now())
    if (typed) apply(withRange(typed))
    return typed !== undefined
  }
  return <RangePicker label={range.kind === 'last' || now > 0 ? rangeLabel(range, now) : '…'} options={[...options, ...since]} onType={onType} onStep={(direction) => apply(stepped(direction, Date.now()))} />
}

function Live({ handle: { selection, live, apply }, status }: { readonly handle: SelectionHandle; readonly status: Reading<Status> }) {
  const connection = useConnection()
  const { state, heardMs } = connection
  const now = useNow(live)
  const late = state !== 'connecting' && heardMs !== null && now > heardMs ? (now - heardMs) / 1000 : 0
  const lag = (status.data?.lagNs?.p50 ?? 0) / 1e9
  // Of a host that is gone nothing is late, for nothing comes at all.
  const silence = silenceOf(connection, status.data?.hosts, now)
  const behind = Math.max(late, lag, silence ? (now - silence.sinceMs) / 1000 : 0)
  const shown: LiveState = !live ? { kind: 'paused', at: now > 0 && selection.pausedAt !== null ? clock(instantMs(selection.pausedAt)) : '' } : behind > BEHIND_S ? { kind: 'behind', seconds: behind } : { kind: 'live' }
  return <LiveSwitch state={shown} onToggle={() => apply(live ? paused(new Date()) : resumed)} />
}
