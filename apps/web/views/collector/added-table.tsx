'use client'
import { useSelection, type AddedToService, type Probes, type Reading } from '../../live/index.ts'
import { duration, grouped, rate, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { EmptyNote } from '../../ui/notes.tsx'
import { Num } from '../../ui/num.tsx'
import { SectionHead } from '../../ui/section.tsx'
import { CELL, HEAD } from './cells.ts'

const MOST = 8

/** The parts of a service's added time, for hovering. */
const partsOf = ({ addedNsPerSecondByProbe }: AddedToService) =>
  Object.entries(addedNsPerSecondByProbe).sort(([, a], [, b]) => b - a).map(([name, ns]) => `${name}: ${sentence(duration(ns))} a second`).join('\n')

/** What Sonde adds to each watched service, or to those of the selection, estimated: to a request it answers, and each second. */
export function AddedTable({ probes, hostNames }: { readonly probes: Reading<Probes>; readonly hostNames: ReadonlyMap<string, string> }) {
  const { selection } = useSelection()
  const wanted = selection.filters.filter(({ key, not }) => key === 'service' && !not).map(({ value }) => value)
  const list = (probes.data?.services ?? []).filter(({ service }) => wanted.length === 0 || wanted.includes(service))
  const measured = (probes.data?.probes ?? []).some(({ cpuShare }) => cpuShare !== null)
  const isAnyOn = (probes.data?.probes ?? []).some(({ state }) => state !== 'off')
  const nothing = measured ? `${wanted.length === 0 ? 'No service' : 'None of the chosen services'} did anything that a probe counts in the last minute.` : isAnyOn ? 'Nothing is measured yet: the first window is a few seconds after the start.' : 'Nothing is measured: no probe is on.'
  const more = list.length - MOST
  return (
    <section aria-labelledby="added" className="min-w-0 flex-1">
      <SectionHead id="added" title="Added to what is watched" note={`estimated, last minute${more > 0 ? `; ${grouped(more)} services with less` : ''}`} />
      {list.length === 0 || !measured ? <p className="border-t border-line px-4 py-3">{probes.data && <EmptyNote>{nothing}</EmptyNote>}</p> : (
        <table aria-labelledby="added" className="w-full table-fixed border-separate border-spacing-0 border-t border-line text-sm">
          <colgroup><col /><col style={{ width: 84 }} className="max-desk:hidden" /><col style={{ width: 96 }} /><col style={{ width: 96 }} /><col style={{ width: 96 }} className="max-desk:hidden" /></colgroup>
          <thead><tr><th scope="col" className={`${HEAD} text-left`}>Service</th><th scope="col" className={`${HEAD} text-right max-desk:hidden`}>Requests</th><th scope="col" className={`${HEAD} text-right`}>≈ a request</th><th scope="col" className={`${HEAD} text-right`}>≈ a second</th><th scope="col" className={`${HEAD} text-right max-desk:hidden`}>Of a core</th></tr></thead>
          <tbody>
            {list.slice(0, MOST).map((one) => (
              <tr key={`${one.host} ${one.service}`} title={partsOf(one)}>
                <td className={CELL}><Name text={one.service} />{hostNames.size > 1 && <span className="pl-1.5 text-xs text-t3"><Name text={hostNames.get(one.host) ?? one.host} /></span>}</td>
                <td className={`${CELL} text-right text-t2 max-desk:hidden`}><Num figure={rate(one.requestRate)} /></td>
                <td className={`${CELL} text-right`}><Num figure={duration(one.addedNsPerRequest)} /></td>
                <td className={`${CELL} text-right`}><Num figure={duration(one.addedNsPerSecond)} /></td>
                <td className={`${CELL} text-right max-desk:hidden`}><Num figure={share(one.addedNsPerSecond / 1e9)} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
