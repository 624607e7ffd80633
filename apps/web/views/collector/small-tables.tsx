'use client'
import type { ReactNode } from 'react'
import type { Exporters, Losses, Reading } from '../../live/index.ts'
import { count, grouped } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { Num } from '../../ui/num.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { CELL, HEAD } from './cells.ts'

function Note({ reading, children }: { readonly reading: Reading<unknown>; readonly children: ReactNode }) {
  return <p className="border-t border-line px-4 py-3">{reading.error ? <ErrorNote error={reading.error} onRetry={reading.retry} /> : reading.data === undefined ? null : <EmptyNote>{children}</EmptyNote>}</p>
}

/** What was lost in the range, where and why, most first. */
export function LossesTable({ losses }: { readonly losses: Reading<Losses> }) {
  const list = losses.data?.losses ?? []
  return (
    <section aria-labelledby="losses" className="min-w-0 flex-1">
      <SectionHead id="losses" title="Losses" note="counted where they happen" />
      {list.length === 0 ? <Note reading={losses}>Nothing was lost in this range.</Note> : (
        <table aria-labelledby="losses" className="w-full table-fixed border-separate border-spacing-0 border-t border-line text-sm">
          <colgroup><col style={{ width: 110 }} /><col style={{ width: 84 }} /><col /></colgroup>
          <tbody>
            {list.map(({ where, reason, affects, count: lost, lastAt }) => (
              <tr key={`${where} ${reason} ${affects}`}>
                <td className={`${CELL} text-t2`}>last <Moment at={lastAt} /></td>
                <td className={`${CELL} text-right text-warn`}>{grouped(lost)}</td>
                <td className={CELL}><Name text={affects} />: <Name text={reason} /> <span className="text-t3">in <Name text={where} className="mono" /></span></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const TONE = { connected: 'text-t2', connecting: 'text-t2', spooling: 'text-warn', failing: 'text-warn', off: 'text-t3' }

/** Where what is seen goes. */
export function ExportersTable({ exporters }: { readonly exporters: Reading<Exporters> }) {
  const list = exporters.data?.exporters ?? []
  return (
    <section aria-labelledby="exporters" className="w-[424px] flex-none border-line max-wide:w-[360px] max-desk:w-full desk:border-x">
      <SectionHead id="exporters" title="Exporters" />
      {list.length === 0 ? <Note reading={exporters}>No collector has told of any.</Note> : (
        <table aria-labelledby="exporters" className="w-full table-fixed border-separate border-spacing-0 border-t border-line text-sm">
          <colgroup><col /><col style={{ width: 78 }} /><col style={{ width: 72 }} /><col style={{ width: 62 }} /><col style={{ width: 68 }} /></colgroup>
          <thead><tr><th scope="col" className={`${HEAD} text-left`}>Exporter</th><th scope="col" className={`${HEAD} text-left`}>State</th><th scope="col" className={`${HEAD} text-right`}>Sent</th><th scope="col" className={`${HEAD} text-right`}>Queued</th><th scope="col" className={`${HEAD} text-right`}>Dropped</th></tr></thead>
          <tbody>
            {list.map(({ name, host, state, sent, queued, dropped, lastError }) => (
              <tr key={`${host} ${name}`}>
                <td className={CELL}><Name text={name} /></td>
                <td className={`${CELL} ${TONE[state]}`} title={lastError ?? undefined}>{state}</td>
                <td className={`${CELL} text-right`}><Num figure={count(sent)} slot="none" /></td>
                <td className={`${CELL} text-right`}><Num figure={count(queued)} slot="none" /></td>
                <td className={`${CELL} text-right`}><Num figure={count(dropped)} slot="none" tone={dropped > 0 ? 'warn' : 'usual'} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
