'use client'
import Link from 'next/link'
import { useRef } from 'react'
import { Sparkline } from '../../charts/sparkline.tsx'
import { useSelection, type Reading } from '../../live/index.ts'
import { sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { useWidth } from '../../ui/use-width.ts'
import type { Band } from './host-bands.ts'
import { useHost } from './use-host.ts'

/** More hosts than that are on pages of their own. */
const MOST_HOSTS = 4
const LINE_PX = 94
/** Text and padding of a band. */
const TEXT_PX = 140
const BANDS = 6

/** The host above its services: CPU, waits for it, memory, pressure, disks, network, each with its line on the page's time axis. */
export function HostBand({ phone, onsetMs }: { readonly phone: boolean; readonly onsetMs: number | undefined }) {
  const { hosts, span, lines, isKnown } = useHost()
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const onset = onsetMs === undefined || !span ? undefined : (onsetMs - span.fromMs) / (span.toMs - span.fromMs)
  const linePx = Math.min(LINE_PX, Math.floor(width / BANDS) - TEXT_PX)
  return (
    <section ref={box} aria-label="Host" className="flex-none border-b border-line" style={{ opacity: lines.dim ? 0.4 : 1 }}>
      {hosts.length === 0 && <NoHost reading={lines} isKnown={isKnown} />}
      {hosts.slice(0, MOST_HOSTS).map(({ id, name, bands }, i) => (
        <ul key={id} aria-label={name} className={`grid grid-cols-6 overflow-hidden max-desk:grid-cols-3 ${i > 0 ? 'border-t border-line' : ''}`}>
          {bands.map((band) => (
            <Tile key={band.id} band={band} host={hosts.length > 1 ? name : undefined} onset={onset} linePx={phone ? 0 : linePx} />
          ))}
        </ul>
      ))}
    </section>
  )
}

/** Room for the bands until they are there; why they are not. */
function NoHost({ reading, isKnown }: { readonly reading: Reading<unknown>; readonly isKnown: boolean }) {
  if (reading.error) return <p className="px-4 py-2"><ErrorNote error={reading.error} onRetry={reading.retry} /></p>
  if (!isKnown) return <div className="h-[58px] max-desk:h-[106px]" />
  return <p className="px-4 py-2"><EmptyNote>Nothing is known of the host itself in this range: it is read each second while a collector runs on it, and a recording holds no readings.</EmptyNote></p>
}

function Tile({ band: { id, label, figure, note, warns, points, max, since }, host, onset, linePx }: { readonly band: Band; readonly host: string | undefined; readonly onset: number | undefined; readonly linePx: number }) {
  const missing = figure.value === '–'
  return (
    <li className="-ml-px flex h-[58px] min-w-0 items-center gap-3 border-l border-line pr-3.5 pl-4 max-desk:h-[53px] max-desk:pr-2 max-desk:pl-3">
      <div className="min-w-0 flex-1">
        <p className="cut text-xs text-t3">{label}{host !== undefined && id === 'cpu' && <> of <Name text={host} max={24} /></>}</p>
        <p className={`cut text-lg leading-[18px] font-medium ${missing ? 'text-t3' : ''}`} title={figure.exact}>{sentence(figure)}</p>
        <p className={`cut text-xs ${warns ? 'text-warn' : 'text-t3'}`} title={note}>{id === 'run-queue' && missing ? <NotListened note={note} /> : note}</p>
      </div>
      {linePx >= 24 && points.some((value) => value !== null) && (
        <Sparkline points={points} kind="rate" width={linePx} height={36} max={max} area moved={since !== undefined} onset={onset} color={since === undefined ? undefined : 'var(--warn)'} />
      )}
    </li>
  )
}

function NotListened({ note }: { readonly note: string }) {
  const { href } = useSelection()
  return <Link prefetch={false} href={href('/collector')} className="text-accent hover:underline">{note}</Link>
}
