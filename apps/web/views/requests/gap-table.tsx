import { GAP_FILL } from '../../charts/request-timeline.tsx'
import { GAP_NAMES } from '../../charts/timeline-layout.ts'
import { duration, sentence } from '../../ui/format.ts'
import { Num } from '../../ui/num.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { bounded, visible } from '../../ui/text.ts'
import { gapNote, type endsOf, type GapRow } from './detail-model.ts'

const CELL = 'hairline h-6 border-b px-2 py-0'

/** The parts of the wall time as figures: they add up, and what is left is shown. */
export function GapTable({ rows, wallNs, ended, ends }: { readonly rows: readonly GapRow[]; readonly wallNs: number; readonly ended: boolean; readonly ends: ReturnType<typeof endsOf> }) {
  if (wallNs === 0) return null
  return (
    <>
      <SectionHead title={`Where ${sentence(duration(wallNs))} went`} note="the parts add up; what is left is shown" id="where-it-went" />
      <table aria-labelledby="where-it-went" className="w-full table-fixed border-separate border-spacing-0 text-sm">
        <colgroup><col className="w-[164px] max-desk:w-auto" /><col className="w-[84px]" /><col className="w-[72px]" /><col className="max-desk:hidden" /></colgroup>
        <tbody>
          {rows.map(({ kind, ns, share }) => {
            const note = bounded(visible(gapNote(kind, ends)), 200)
            return (
              <tr key={kind}>
                <th scope="row" className={`${CELL} pl-4 text-left font-normal ${ns > 0 ? '' : 'text-t3'}`}>
                  <span className="flex items-center gap-2"><Swatch fill={GAP_FILL[kind]} />{kind === 'unaccounted' ? 'not seen' : GAP_NAMES[kind]}</span>
                </th>
                <td className={`${CELL} text-right`}><Num figure={duration(ns)} /></td>
                <td className={`${CELL} text-right ${ns > 0 ? 'text-t2' : 'text-t3'}`}>{percent(ns, share)}</td>
                <td className={`${CELL} cut pr-4 text-t3 max-desk:hidden`} title={note}>{ns > 0 ? note : ''}</td>
              </tr>
            )
          })}
          <tr>
            <th scope="row" className={`${CELL} pl-4 text-left font-medium`}>wall time</th>
            <td className={`${CELL} text-right font-medium`}><Num figure={duration(wallNs)} /></td>
            <td className={`${CELL} text-right text-t2`}>100.0&nbsp;%</td>
            <td className={`${CELL} cut pr-4 text-t3 max-desk:hidden`}>{ended ? 'exact; no samples' : 'to the last that was seen; its last byte wasn’t'}</td>
          </tr>
        </tbody>
      </table>
    </>
  )
}

function percent(ns: number, share: number): string {
  if (ns === 0) return '0\u00a0%'
  return share < 0.0005 ? '<\u00a00.1\u00a0%' : `${(share * 100).toFixed(1)}\u00a0%`
}

function Swatch({ fill }: { readonly fill: string }) {
  const edged = fill === 'var(--surface-3)' || fill.startsWith('url')
  return (
    <svg width={8} height={8} aria-hidden="true" className="flex-none">
      <rect x={edged ? 0.5 : 0} y={edged ? 0.5 : 0} width={edged ? 7 : 8} height={edged ? 7 : 8} rx={1} fill={fill} stroke={edged ? 'var(--line-3)' : undefined} />
    </svg>
  )
}
