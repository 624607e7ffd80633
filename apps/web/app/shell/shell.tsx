'use client'
import { Search } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { Tooltip } from 'radix-ui'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { paused, resumed, stepped, useDrawnAddress, useSelection, useTopic, type Selection, type Status } from '../../live/index.ts'
import { KeyHelp } from '../../ui/key-help.tsx'
import { Rail } from '../../ui/rail.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { followSystemTheme, toggleTheme } from '../../ui/theme.ts'
import { Finder } from './finder.tsx'
import { Honest } from './honest.tsx'
import { KEY_GROUPS } from './key-groups.ts'
import { PageNotes } from './page-notes.tsx'
import { PAGES, pageAt, SERVICE, type PageEntry } from './pages.ts'
import { PhoneChips, TopBar } from './top-bar.tsx'
import { useKeys, type KeyActions } from './use-keys.ts'
import { useRailOpen } from './use-rail-open.ts'

const copyLink = () => void navigator.clipboard?.writeText(window.location.href)

function focusFilter(otherwise: () => void): void {
  const field = document.querySelector<HTMLInputElement>('[data-page-filter]')
  if (!field) return otherwise()
  field.focus()
  field.select()
}

/** Pages that can be read on a phone; a service's once one is chosen. */
function phonePages({ filters }: Selection, page: PageEntry | undefined): readonly PageEntry[] {
  const [overview, ...others] = ['o', 'm', 'r', 'c'].map((wanted) => PAGES.find(({ key }) => key === wanted)!)
  const isChosen = page === SERVICE || filters.some(({ key, not }) => key === 'service' && !not)
  return isChosen ? [overview!, SERVICE, ...others] : [overview!, ...others]
}

/** The frame of every page: rail, top bar, honest line, palette, keys. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const pathname = usePathname()
  const router = useRouter()
  const { selection, live, href, apply } = useSelection()
  useDrawnAddress()
  const status = useTopic<Status>('status', {}, true)
  const [dialog, setDialog] = useState<'find' | 'help' | null>(null)
  const [open, pin] = useRailOpen(status.data)
  const page = pageAt(pathname)
  useEffect(() => followSystemTheme(), [])
  const find = () => setDialog('find')
  const help = () => setDialog('help')
  const actions: KeyActions = {
    'mod+k': find, '/': () => focusFilter(find), '?': help, t: toggleTheme, y: copyLink,
    space: () => apply(live ? paused(new Date()) : resumed),
    '[': () => apply(stepped(-1, Date.now())), ']': () => apply(stepped(1, Date.now())),
    ...Object.fromEntries(PAGES.map((entry) => [`g ${entry.key}`, () => router.push(href(entry.href))])),
  }
  useKeys(actions)
  const finderActions = useMemo(() => ({ theme: toggleTheme, help: () => setDialog('help'), copyLink }), [])
  const shown = (dialogName: 'find' | 'help') => (next: boolean) => setDialog(next ? dialogName : null)
  return (
    <Tooltip.Provider delayDuration={400}>
      <div data-open={open} className="grid h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[48px_minmax(0,1fr)_auto_auto] desk:grid-cols-[var(--rail)_minmax(0,1fr)] desk:grid-rows-[var(--topbar)_minmax(0,1fr)_var(--honest)] desk:data-[open=true]:grid-cols-[var(--rail-open)_minmax(0,1fr)] huge:grid-cols-[var(--rail-open)_minmax(0,1fr)]">
        <Rail pages={PAGES.map((entry) => ({ ...entry, href: href(entry.href), keys: `g ${entry.key}`, here: entry === page || (page === SERVICE && entry.href === '/') }))} open={open} onPin={pin} onTheme={toggleTheme} onHelp={help} />
        <TopBar page={page} status={status} onFind={find} />
        <main className="relative flex min-h-0 min-w-0 flex-col overflow-hidden">
          <PhoneChips page={page} status={status} />
          <PageNotes page={page} />
          {children}
        </main>
        <Honest page={page} status={status} />
        <Tabs tabs={[...phonePages(selection, page).map((entry) => ({ name: entry.name, icon: entry.icon, href: href(entry.href), here: entry === page })), { name: 'Find', icon: Search, onClick: find }]} />
      </div>
      <Finder open={dialog === 'find'} onOpenChange={shown('find')} actions={finderActions} />
      <KeyHelp open={dialog === 'help'} onOpenChange={shown('help')} groups={KEY_GROUPS} />
    </Tooltip.Provider>
  )
}
