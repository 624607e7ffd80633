'use client'
import { Sun, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Hint } from './hint.tsx'
import { Logo } from './logo.tsx'

export interface RailPage {
  readonly name: string
  readonly href: string
  readonly icon: LucideIcon
  /** `g o` */
  readonly keys: string
  readonly here: boolean
}

interface RailProps {
  readonly pages: readonly RailPage[]
  /** Names beside the icons: first run, pinned, or a wide screen (by itself). */
  readonly open: boolean
  readonly onPin: () => void
  readonly onTheme: () => void
  readonly onHelp: () => void
}

const ITEM = 'flex h-8 w-full flex-none items-center gap-2.5 overflow-hidden rounded-2 pr-[9px] pl-2.5 text-sm whitespace-nowrap'
const REST = 'text-t3 hover:bg-s2'

/** The pages, at the left: icons, with names where there is room. */
export function Rail({ pages, open, onPin, onTheme, onHelp }: RailProps) {
  return (
    <nav aria-label="Pages" data-open={open} className="group/rail row-span-2 hidden flex-col gap-0.5 border-r border-line bg-s1 px-1.5 pb-1.5 desk:flex">
      <button type="button" onClick={onPin} aria-label={open ? 'Sonde: close the rail' : 'Sonde: open the rail'} className="flex h-(--topbar) flex-none items-center gap-2.5 overflow-hidden pl-2.5 text-[14px] font-semibold text-t1">
        <Logo />
        <span className={WORD}>Sonde</span>
      </button>
      {pages.map(({ name, href, icon: Icon, keys, here }) => (
        <Hint key={name} name={name} keys={keys}>
          <Link href={href} prefetch={false} aria-label={`${name} ${keys}`} aria-current={here ? 'page' : undefined} className={`${ITEM} ${here ? 'bg-s3 text-t1' : REST}`}>
            <Icon size={16} strokeWidth={1.6} className="flex-none" aria-hidden />
            <span className={WORD}>{name}</span>{' '}
            <span className={`ml-auto text-xs text-t3 ${WORD}`} aria-hidden>{keys}</span>
          </Link>
        </Hint>
      ))}
      <span className="flex-1" />
      <RailButton name="Theme" keys="t" onClick={onTheme}><Sun size={16} strokeWidth={1.6} className="flex-none" aria-hidden /></RailButton>
      <RailButton name="Keyboard" keys="?" onClick={onHelp}><b className="w-4 flex-none text-center font-medium" aria-hidden>?</b></RailButton>
    </nav>
  )
}

const WORD = 'hidden huge:inline group-data-[open=true]/rail:inline'

function RailButton({ name, keys, onClick, children }: { readonly name: string; readonly keys: string; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <Hint name={name} keys={keys}>
      <button type="button" aria-label={name} onClick={onClick} className={`${ITEM} ${REST}`}>
        {children}
        <span className={WORD}>{name}</span>
      </button>
    </Hint>
  )
}
