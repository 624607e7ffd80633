'use client'
import Link from 'next/link'
import { Sparkline } from '../../charts/sparkline.tsx'
import { useSelection, withOnly } from '../../live/index.ts'
import { duration, rate, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { isMoved, topOf } from './columns.tsx'
import type { ServiceRow } from './rows.ts'
import { ToldWords } from './told.tsx'

/** Services on a phone: name, what changed or its rate, the p99 and its line. */
export function PhoneList({ rows }: { readonly rows: readonly ServiceRow[] }) {
  const { href } = useSelection()
  return (
    <ul className="min-h-0 flex-1 overflow-y-auto" aria-label="Services">
      {rows.map((row) => (
        <li key={row.name}>
          <Link prefetch={false} href={href('/service', withOnly('service', row.name))} className="flex h-14 items-center gap-2.5 border-b border-line px-4">
            <span className={`dot ${row.told.length > 0 ? 'text-warn' : 'text-transparent'}`} />
            <span className="min-w-0 flex-1">
              <Name text={row.name} className="cut block font-medium" />
              <span className="cut block text-sm text-t3">
                {row.told[0] ? <span className="text-t2"><ToldWords told={row.told[0]} /></span> : <>{sentence(rate(row.figures?.requestRate))}{(row.figures?.errorRate ?? 0) > 0.001 && ` · ${sentence(share(row.figures?.errorRate))} errors`}</>}
              </span>
            </span>
            <Sparkline points={row.series.p99} kind="p99" width={88} height={28} max={topOf(row, 'p99')} moved={isMoved(row, 'p99')} />
            <span className="w-16 text-right">
              <span className={`block ${isMoved(row, 'p99') ? 'font-medium' : ''}`}>{sentence(duration(row.figures?.durationNs.p99))}</span>
              <span className="block text-xs text-t3">p99</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
