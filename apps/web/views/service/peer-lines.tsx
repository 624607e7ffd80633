'use client'
import { Sparkline } from '../../charts/sparkline.tsx'
import { all, toService, useSelection, withOnly } from '../../live/index.ts'
import { FigureLine } from '../../ui/figure-line.tsx'
import { duration, grouped, rate, ratio } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import type { Peer, Peers } from './peers.ts'
import { SideHead } from './side-head.tsx'

interface PeerLinesProps {
  readonly title: string
  readonly service: string
  readonly side: 'callers' | 'callees'
  readonly peers: Peers | undefined
  readonly phone?: boolean
}

const SHOWN = 8

/** Callers, or callees: requests, p95 with its line, against the hour before. A watched service leads to its page, others to the requests. */
export function PeerLines({ title, service, side, peers, phone = false }: PeerLinesProps) {
  const { href } = useSelection()
  const rows = peers?.[side]
  const says = side === 'callers' || phone || peers?.callers.length === 0
  const role = side === 'callers' ? 'server' : 'client'
  const to = ({ name, watched, protocol }: Peer) =>
    watched ? href('/service', toService(name)) : href('/requests', all(withOnly('service', service), withOnly('role', role), withOnly('peer', name), withOnly('protocol', protocol)))
  if (rows?.length === 0) return null
  return (
    <section aria-label={title}>
      <SideHead title={title} right={says && <span>requests · p95<span className="max-desk:hidden"> · against before</span></span>} />
      <ul className="border-t border-line">
        {rows?.slice(0, SHOWN).map((peer) => (
          <FigureLine
            key={`${peer.name} ${peer.protocol}`} href={to(peer)} high={phone}
            name={<><Name text={peer.name} /> {peer.protocol !== 'http' && <span className="text-t3">{peer.protocol}</span>}</>}
            figures={[rate(peer.rate), duration(peer.p95)]}
            picture={phone ? undefined : <span className="flex-none max-wide:hidden">{peer.line.length > 0 && <Sparkline points={peer.line} kind="p95" width={48} height={18} moved={isSlower(peer)} />}</span>}
            told={<span className={`w-9 flex-none text-right ${isSlower(peer) ? 'text-warn' : 'text-t3'}`}>{ratio(peer.slower)}</span>}
          />
        ))}
      </ul>
      {rows && rows.length > SHOWN && <p className="px-4 py-1 text-xs text-t3">{`${grouped(rows.length - SHOWN)} more are on the map`}</p>}
    </section>
  )
}

const isSlower = ({ slower }: Peer) => (slower ?? 0) >= 1.5
