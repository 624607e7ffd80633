'use client'
import { useMemo, type ReactNode } from 'react'
import { useNow, useTopic, type Hosts, type Probes, type Services } from '../../live/index.ts'
import { bytes, cores, grouped, sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import { Facts, SectionHead } from '../../ui/section.tsx'
import { age, instantMs } from '../../ui/time.ts'
import { CommandLine } from './command-line.tsx'
import { listeningPrograms, whomToAsk, type ListeningProgram, type ListeningSocket } from './listening.ts'
import { NoCollector } from './no-collector.tsx'

/** Before any request was seen: what is being watched, and one line to try. */
export function FirstRun({ services, startedAt, band }: { readonly services: Services | undefined; readonly startedAt: string | undefined; readonly band: ReactNode }) {
  const now = useNow()
  const hosts = useTopic<Hosts>('hosts', {}, true)
  const host = hosts.data?.hosts[0]
  const sockets = useTopic<{ readonly listeners: readonly ListeningSocket[] }>('connections/listeners', { from: 'now-1m', to: 'now', limit: 1000 }, true)
  const listening = useMemo(() => listeningPrograms(sockets.data?.listeners ?? []), [sockets.data])
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-[46px] flex-none items-center gap-2.5 border-b border-line px-4 max-desk:flex-wrap max-desk:py-3">
        <span className={`dot ${host ? 'text-accent' : 'text-warn'}`} />
        <h2 className="text-lg font-semibold whitespace-nowrap">{host ? <>Watching <Name text={host.name} max={40} /></> : 'No collector has come yet'}</h2>
        <p className="text-t2 desk:truncate">
          {host ? `${startedAt !== undefined && now > 0 ? `since ${age((now - instantMs(startedAt)) / 1000)}. ` : ''}Nothing has talked on it yet; requests appear here within a second of happening.` : 'It is started together with this page and comes by itself within seconds.'}
        </p>
      </div>
      {host && band}
      <div className="flex min-h-0 flex-1">
        <div className="min-w-0 flex-1 overflow-y-auto">
          {host ? <TryOne listening={listening} services={services} /> : hosts.data && <NoCollector />}
          <Listening programs={listening} />
          <Watched services={services} />
        </div>
        {host && <BeingWatched host={host} services={services} />}
      </div>
    </div>
  )
}

/** Where nobody listens yet. */
const BOTH = 'python3 -m http.server 8000 & sleep 1; curl -s http://127.0.0.1:8000/ > /dev/null; kill %1'

function TryOne({ listening, services }: { readonly listening: readonly ListeningProgram[]; readonly services: Services | undefined }) {
  const asked = useMemo(() => whomToAsk(listening, new Map(services?.services.map(({ name, kind }) => [name, kind]))), [listening, services])
  const line = asked ? `curl -s ${asked.url} > /dev/null` : BOTH
  return (
    <section className="border-b border-line px-4 pt-5 pb-4">
      <h3 className="pb-2 text-base font-medium">Make one request</h3>
      <CommandLine line={line} primary />
      <p className="pt-2.5 text-sm text-t3">{asked ? <><Name text={asked.service} max={60} /> ({asked.pid}) listens there.</> : 'A server and a client on this host.'} You should see its path and its duration, from both ends.</p>
    </section>
  )
}

const CELL = 'hairline cut h-7 border-b px-2 py-0'
const HEAD = 'h-7 border-b border-line px-2 text-xs font-normal text-t3'

/** What is seen once somebody asks. */
function Listening({ programs }: { readonly programs: readonly ListeningProgram[] }) {
  if (programs.length === 0) return null
  return (
    <section className="pb-2">
      <SectionHead title="Listening here" note={`${grouped(programs.length)} ${programs.length === 1 ? 'program' : 'programs'}; whoever asks them over TCP is seen, and what is asked where it is HTTP in plain text`} />
      <table className="w-full table-fixed border-separate border-spacing-0 text-sm" aria-label="Listening here">
        <colgroup><col /><col className="w-[84px]" /><col className="w-[50%]" /></colgroup>
        <thead><tr><th scope="col" className={`${HEAD} pl-4 text-left`}>Program</th><th scope="col" className={`${HEAD} text-right`}>PID</th><th scope="col" className={`${HEAD} pl-4 text-left`}>Address</th></tr></thead>
        <tbody>
          {programs.slice(0, MOST_LISTENING).map(({ key, service, pid, addresses }) => (
            <tr key={key}>
              <td className={`${CELL} pl-4 font-medium`}><Name text={service} /></td>
              <td className={`${CELL} mono text-right text-t2`}>{pid > 0 ? pid : '–'}</td>
              <td className={`${CELL} mono pl-4 text-t2`}><Name text={addresses.join(', ')} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const MOST_LISTENING = 12

function Watched({ services }: { readonly services: Services | undefined }) {
  const list = [...(services?.services ?? [])].sort((a, b) => (b.cpuCores ?? 0) - (a.cpuCores ?? 0)).slice(0, 20)
  if (list.length === 0) return null
  return (
    <section>
      <SectionHead title="Running here" note={`${grouped(services!.total)} services; each is on this page once it talks`} />
      <table className="w-full table-fixed border-separate border-spacing-0 text-sm" aria-label="Running here">
        <colgroup><col /><col className="w-40 max-desk:hidden" /><col className="w-[110px]" /><col className="w-[120px]" /></colgroup>
        <thead><tr><th scope="col" className={`${HEAD} pl-4 text-left`}>Program</th><th scope="col" className={`${HEAD} text-left max-desk:hidden`}>Kind</th><th scope="col" className={`${HEAD} text-right`}>Processes</th><th scope="col" className={`${HEAD} pr-4 text-right`}>CPU</th></tr></thead>
        <tbody>
          {list.map((service) => (
            <tr key={service.name}>
              <td className={`${CELL} pl-4 font-medium`}><Name text={service.name} /></td>
              <td className={`${CELL} text-t2 max-desk:hidden`}><Name text={service.kind} /></td>
              <td className={`${CELL} text-right text-t2`}>{grouped(service.processCount)}</td>
              <td className={`${CELL} pr-4 text-right`}><Num figure={cores(service.cpuCores)} slot="none" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const DOT = { attached: 'text-ok', partial: 'text-warn', refused: 'text-warn', off: 'text-line-3' }

function BeingWatched({ host, services }: { readonly host: Hosts['hosts'][number]; readonly services: Services | undefined }) {
  const { data } = useTopic<Probes>('probes', {}, true)
  const probes = data?.probes ?? []
  const attached = probes.filter(({ state }) => state === 'attached').length
  const processes = services?.services.reduce((sum, service) => sum + service.processCount, 0)
  return (
    <aside aria-label="Being watched" className="w-[408px] flex-none overflow-y-auto border-l border-line bg-s1 max-wide:w-[312px] max-desk:hidden">
      <SectionHead title="Being watched" />
      <Facts facts={[
        ['Host', [host.name, host.cpus === null ? '' : `${host.cpus} cores`, host.memoryBytes === null ? '' : sentence(bytes(host.memoryBytes))].filter((part) => part !== '').join(', ')],
        ['Kernel', `${host.kernel}${host.btf === null ? '' : host.btf ? ' with BTF' : ' without BTF'}`],
        ['Processes', processes === undefined ? '–' : grouped(processes)],
      ]} />
      <div className="mt-3 border-t border-line"><SectionHead title="Probes" note={`${attached} of ${probes.length} attached`} /></div>
      <ul className="px-4 text-sm leading-6">
        {probes.map((probe) => (
          <li key={`${probe.host} ${probe.name}`} className="flex items-center gap-2">
            <span className={`dot ${DOT[probe.state]}`} />
            <span className="w-36 flex-none">{probe.name}</span>
            <span className="cut text-t3" title={probe.reason || probe.sees}>{probe.state === 'attached' ? probe.sees : probe.reason || probe.state}</span>
          </li>
        ))}
      </ul>
    </aside>
  )
}
