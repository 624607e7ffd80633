import { ArrowLeftRight, Cable, Flame, LayoutList, ListTree, RadioTower, Server, Terminal, Waypoints, type LucideIcon } from 'lucide-react'

export interface PageEntry {
  readonly name: string
  readonly href: string
  readonly icon: LucideIcon
  /** After `g`. */
  readonly key: string
  /** What losses affect that feeds this page (`affects` of /losses); undefined: all. */
  readonly fedBy: readonly string[] | undefined
}

/** The pages there are, in the order of the rail. */
export const PAGES: readonly PageEntry[] = [
  { name: 'Overview', href: '/', icon: LayoutList, key: 'o', fedBy: ['requests', 'run queue'] },
  { name: 'Map', href: '/map', icon: Waypoints, key: 'm', fedBy: ['requests', 'connections'] },
  { name: 'Requests', href: '/requests', icon: ArrowLeftRight, key: 'r', fedBy: ['requests'] },
  { name: 'Flame graph', href: '/flame', icon: Flame, key: 'f', fedBy: ['profiles', 'function names'] },
  { name: 'Syscalls', href: '/syscalls', icon: Terminal, key: 's', fedBy: ['syscalls'] },
  { name: 'Connections', href: '/connections', icon: Cable, key: 'c', fedBy: ['connections'] },
  { name: 'Processes', href: '/processes', icon: ListTree, key: 'p', fedBy: ['processes'] },
  { name: 'Collector', href: '/collector', icon: RadioTower, key: 'l', fedBy: undefined },
]

/** One service; in no rail: Overview and Map lead there, and it stands below Overview. */
export const SERVICE: PageEntry = { name: 'Service', href: '/service', icon: Server, key: '', fedBy: ['requests', 'connections', 'processes'] }

export const pageAt = (pathname: string): PageEntry | undefined => [...PAGES, SERVICE].find(({ href }) => (href === '/' ? pathname === '/' : pathname.startsWith(href)))
