'use client'
import { ArrowLeftRight, Copy, Cpu, Keyboard, ListFilter, Pause, Play, Server, Sun } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { all, paused, resumed, useQuery, useSelection, withOnly, withParam, withoutFilters, type Processes, type RequestGroups, type SelectionHandle, type Services } from '../../live/index.ts'
import { duration, rate, sentence } from '../../ui/format.ts'
import { Palette, type PaletteItem } from '../../ui/palette.tsx'
import { PAGES } from './pages.ts'

interface FinderProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly actions: { readonly theme: () => void; readonly help: () => void; readonly copyLink: () => void }
}

/** The palette over what was seen in the range. Asked for when it opens. */
export function Finder({ open, onOpenChange, actions }: FinderProps) {
  const handle = useSelection()
  const router = useRouter()
  const { range } = handle
  const services = useQuery<Services>(open ? 'services' : null, { ...range, limit: 1000 })
  const endpoints = useQuery<RequestGroups>(open ? 'requests/aggregate' : null, { ...range, role: 'server', by: 'service,method,template', limit: 500 })
  const processes = useQuery<Processes>(open ? 'processes' : null, { limit: 1000 })
  const items = useMemo(() => {
    const to = (href: string) => router.push(href)
    return [...serviceItems(services.data, handle, to), ...endpointItems(endpoints.data, handle, to), ...processItems(processes.data, handle, to), ...pageItems(handle, to), ...actionItems(handle, actions)]
  }, [services.data, endpoints.data, processes.data, handle, router, actions])
  return <Palette open={open} onOpenChange={onOpenChange} items={items} />
}

type Go = (href: string) => void

function serviceItems(data: Services | undefined, { apply, href }: SelectionHandle, go: Go): PaletteItem[] {
  return (data?.services ?? []).map(({ name, requestCount, requestRate, client }) => {
    const only = withOnly('service', name)
    return { id: `service ${name}`, group: 'Services', icon: Server, text: name, hint: sentence(rate(requestCount > 0 ? requestRate : client.requestRate)), run: (here) => (here ? apply(only) : go(href('/service', only))) }
  })
}

function endpointItems(data: RequestGroups | undefined, { apply, href }: SelectionHandle, go: Go): PaletteItem[] {
  return (data?.groups ?? []).flatMap(({ key, points }): PaletteItem[] => {
    const [service, method, template] = [String(key.service ?? ''), String(key.method ?? ''), String(key.template ?? '')]
    if (template === '') return []
    const only = all(withOnly('service', service), withOnly('method', method), withOnly('template', template))
    const p95 = points[0]?.durationNs.p95
    return [{ id: `endpoint ${service} ${method} ${template}`, group: 'Endpoints', icon: ArrowLeftRight, text: `${method} ${service}${template}`, hint: p95 === null ? undefined : `p95 ${sentence(duration(p95))}`, run: (here) => (here ? apply(only) : go(href('/requests', only))) }]
  })
}

function processItems(data: Processes | undefined, { href }: SelectionHandle, go: Go): PaletteItem[] {
  return (data?.processes ?? []).map(({ pid, host, startedAt, commandLine, comm }) => ({
    id: `process ${host} ${pid} ${startedAt}`, group: 'Processes', icon: Cpu, text: (commandLine || comm).slice(0, 200), hint: <span className="mono">{pid}</span>, run: () => go(href('/processes', withParam('find', String(pid)))),
  }))
}

function pageItems({ href }: SelectionHandle, go: Go): PaletteItem[] {
  return PAGES.map(({ name, href: path, icon, key }) => ({ id: `page ${path}`, group: 'Pages', icon, text: name, keys: `g ${key}`, run: () => go(href(path)) }))
}

function actionItems({ live, selection, apply }: SelectionHandle, actions: FinderProps['actions']): PaletteItem[] {
  const action = (item: Omit<PaletteItem, 'id' | 'group'>): PaletteItem => ({ id: `action ${item.text}`, group: 'Actions', ...item })
  return [
    live ? action({ icon: Pause, text: 'Pause', keys: 'space', run: () => apply(paused(new Date())) }) : action({ icon: Play, text: 'Go live', keys: 'space', run: () => apply(resumed) }),
    ...(selection.filters.length > 0 ? [action({ icon: ListFilter, text: 'Remove all filters', run: () => apply(withoutFilters) })] : []),
    action({ icon: Copy, text: 'Copy the selection as a link', keys: 'y', run: actions.copyLink }),
    action({ icon: Sun, text: 'Change the theme', keys: 't', run: actions.theme }),
    action({ icon: Keyboard, text: 'Show all keys', keys: '?', run: actions.help }),
  ]
}
