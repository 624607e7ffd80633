'use client'
import { Check, ChevronDown, Cpu, X } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { all, useQuery, useSelection, withOnly, withParam, type Change } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { bounded, visible } from '../../ui/text.ts'
import type { Samples } from './answer.ts'
import { useThread } from './use-profile.ts'
import { processesOf } from './whose.ts'

const MOST = 12
const NO_THREAD = [withParam('tid', null), withParam('cpu', null), withParam('zoom', null)]

/** Whose stacks: of a service, a process, a thread, a CPU; each with how many samples it has in the range. */
export function WhoseMenu() {
  const [open, setOpen] = useState(false)
  const { tid, cpu, setTid, setCpu } = useThread()
  return (
    <>
      <DropdownMenu.Root open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger className="control flex-none">
          <Cpu size={14} strokeWidth={1.6} aria-hidden />
          Whose
          <ChevronDown size={12} strokeWidth={1.6} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="start" sideOffset={6} className="popover focus-visible:rounded-2 focus-visible:shadow-none max-h-[70vh] w-80 overflow-y-auto p-1">{open && <Choices />}</DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {tid !== null && <Chosen name="thread" value={tid} onRemove={() => setTid(null)} />}
      {cpu !== null && <Chosen name="CPU" value={cpu} onRemove={() => setCpu(null)} />}
    </>
  )
}

function Chosen({ name, value, onRemove }: { readonly name: string; readonly value: string; readonly onRemove: () => void }) {
  return (
    <button type="button" onClick={onRemove} aria-label={`Remove ${name} ${visible(value)}`} className="inline-flex h-6 flex-none items-center gap-1 rounded-1 border border-line-2 bg-s2 px-[7px] text-sm">
      <span className="text-t3">{name}</span>{' '}
      {bounded(visible(value), 12)}
      <X size={12} strokeWidth={1.6} className="text-t3" aria-hidden />
    </button>
  )
}

function Choices() {
  const { selection, range, filters, apply } = useSelection()
  const { tid, cpu } = useThread()
  const host = filters(['host'])
  const service = selection.filters.find(({ key, not }) => key === 'service' && !not)?.value
  const pid = selection.filters.find(({ key, not }) => key === 'pid' && !not)?.value
  const every = useQuery<Samples>('profiles/samples', { ...range, ...host })
  const own = useQuery<Samples>('profiles/samples', { ...range, ...host, ...(service !== undefined && { service }), ...(pid !== undefined && { pid }) })
  const error = every.error ?? own.error
  if (error) return <p className="p-2"><ErrorNote error={error} onRetry={() => { every.retry(); own.retry() }} /></p>
  if (!every.data || !own.data) return <p className="p-2 text-sm text-t3">Asking…</p>
  const go = (...changes: Change[]) => apply(all(...NO_THREAD, ...changes))
  return (
    <>
      <Item name="All" count={every.data.sampleCount} chosen={service === undefined && pid === undefined && tid === null && cpu === null} onSelect={() => go(withOnly('service', null), withOnly('pid', null))} />
      <Group title="Services">
        {every.data.services.slice(0, MOST).map(({ service: name, sampleCount }) => <Item key={name} name={name || '–'} count={sampleCount} chosen={name === service} onSelect={() => go(withOnly('service', name), withOnly('pid', null))} />)}
      </Group>
      <Group title="Processes">
        {processesOf(own.data.threads).slice(0, MOST).map((one) => <Item key={`${one.host} ${one.pid}`} name={one.service} note={String(one.pid)} count={one.sampleCount} chosen={String(one.pid) === pid} onSelect={() => go(withOnly('service', one.service), withOnly('pid', String(one.pid)))} />)}
      </Group>
      <Group title="Threads">
        {own.data.threads.slice(0, MOST).map((one) => <Item key={`${one.host} ${one.pid} ${one.tid} ${one.comm}`} name={one.comm} note={String(one.tid)} count={one.sampleCount} chosen={String(one.tid) === tid} onSelect={() => go(withParam('tid', String(one.tid)))} />)}
      </Group>
      <Group title="CPUs">
        {own.data.cpus.map((one) => <Item key={one.cpu} name={`CPU ${one.cpu}`} count={one.sampleCount} chosen={String(one.cpu) === cpu} onSelect={() => go(withParam('cpu', String(one.cpu)))} />)}
      </Group>
    </>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <DropdownMenu.Group aria-label={title}>
      <DropdownMenu.Label className="px-2 pt-2 pb-0.5 text-xs text-t3">{title}</DropdownMenu.Label>
      {children}
    </DropdownMenu.Group>
  )
}

interface ItemProps {
  readonly name: string
  readonly note?: string
  readonly count: number
  readonly chosen: boolean
  readonly onSelect: () => void
}

function Item({ name, note, count, chosen, onSelect }: ItemProps) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className="flex h-[26px] items-center gap-2 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1">
      <span className="flex w-3 flex-none">{chosen && <Check size={12} strokeWidth={1.6} aria-label="chosen" />}</span>
      <bdi className="cut">{bounded(visible(name), 60)}</bdi>
      {note !== undefined && <span className="mono flex-none text-t3">{note}</span>}
      <span className="flex-1" />
      <span className="flex-none text-t3">{grouped(count)}</span>
    </DropdownMenu.Item>
  )
}
