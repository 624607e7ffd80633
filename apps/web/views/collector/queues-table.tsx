'use client'
import type { Host, Status } from '../../live/index.ts'
import { bytes, count, grouped, sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote } from '../../ui/notes.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { CELL } from './cells.ts'
import { queuesOf, type Queue } from './queues.ts'

const MOST = 8
const NEARLY_FULL = 0.9

const said = ({ unit }: Queue, value: number) => sentence(unit === 'bytes' ? bytes(value) : count(value))

/** Everything that is bounded, against its bound: what passes one is lost, and counted. */
export function QueuesTable({ hosts, status }: { readonly hosts: readonly Host[]; readonly status: Status | undefined }) {
  const queues = queuesOf(hosts, status)
  const more = queues.length - MOST
  return (
    <section aria-labelledby="queues" className="w-[424px] flex-none border-line max-wide:w-[400px] max-desk:w-full desk:border-l">
      <SectionHead id="queues" title="Queues and ceilings" note={`fullest first${more > 0 ? `; ${grouped(more)} more are emptier` : ''}`} />
      {queues.length === 0 ? <p className="border-t border-line px-4 py-3"><EmptyNote>No collector has told of any.</EmptyNote></p> : (
        <table aria-labelledby="queues" className="w-full table-fixed border-separate border-spacing-0 border-t border-line text-sm">
          <colgroup><col /><col style={{ width: 72 }} /><col style={{ width: 148 }} /></colgroup>
          <tbody>
            {queues.slice(0, MOST).map((queue) => {
              const fill = Math.min(1, queue.now / queue.limit)
              return (
                <tr key={queue.name}>
                  <td className={CELL}><Name text={queue.name} /></td>
                  <td className={CELL}><span className="block h-[3px] bg-s3" aria-hidden="true"><span className={`block h-full ${fill > NEARLY_FULL ? 'bg-warn' : 'bg-requests'}`} style={{ width: `${fill * 100}%` }} /></span></td>
                  <td className={`${CELL} text-right`}><span className={fill > NEARLY_FULL ? 'text-warn' : queue.now === 0 ? 'text-t3' : ''}>{said(queue, queue.now)}</span> <span className="text-t3">of {said(queue, queue.limit)}</span></td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}
