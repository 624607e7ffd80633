'use client'
import { Copy } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useNow, useTopic, type Hosts, type Probes, type Services } from '../../live/index.ts'
import { bytes, cores, grouped, sentence } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Num } from '../../ui/num.tsx'
import { Facts, SectionHead } from '../../ui/section.tsx'
import { age, instantMs } from '../../ui/time.ts'

/** Before any request was seen: what is being watched, and one line to try. */
export function FirstRun({ services, startedAt, band }: { readonly services: Services | undefined; readonly startedAt: string | undefined; readonly band: ReactNode }) {
  const now = useNow()
  const hosts = useTopic<Hosts>('hosts', {}, true)
  const host = hosts.data?.hosts[0]
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-[46px] flex-none items-center gap-2.5 border-b border-line px-4 max-desk:flex-wrap max-desk:py-3">
        <span className="dot text-accent" />
        <h2 className="text-lg font-semibold whitespace-nowrap">{host ? <>Watching <Name text={host.name} max={40} /></> : 'No collector has come yet'}</h2>
        <p className="text-t2 desk:truncate">
          {host ? `${startedAt !== undefined && now > 0 ? `since ${age((now - instantMs(startedAt)) / 1000)}. ` : ''}Nothing has talked on it yet; requests appear here within a second of happening.` : 'The collector is started together with this page and comes by itself; if it does not, what started Sonde says why.'}
        </p>
      </div>
      {host && band}
      <div className="flex min-h-0 flex-1">
        <div className="min-w-0 flex-1 overflow-y-auto">
          {host && <TryOne />}
          <Watched services={services} />
        </div>
        <BeingWatched host={host} services={services} />
      </div>
    </div>
  )
}

const TRY = 'python3 -m http.server 8000 & sleep 1; curl -s http://127.0.0.1:8000/ > /dev/null; kill %1'

function TryOne() {
  const [copied, setCopied] = useState(false)
  return (
    <section className="border-b border-line px-4 pt-5 pb-4">
      <h3 className="pb-2 text-base font-medium">Make one request</h3>
      <div className="flex gap-2">
        <code className="mono flex h-9 min-w-0 flex-1 items-center rounded-2 border border-line-2 px-3"><span className="pr-1.5 text-t3">$</span><span className="cut" title={TRY}>{TRY}</span></code>
        <button type="button" className="control control-primary h-9 px-3" onClick={() => void navigator.clipboard?.writeText(TRY).then(() => setCopied(true))}>
          <Copy size={14} strokeWidth={1.6} aria-hidden />
          {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <p className="pt-2.5 text-sm text-t3">A server and a client on this host: you should see its path and its duration, from both ends.</p>
    </section>
  )
}

function Watched({ services }: { readonly services: Services | undefined }) {
  const list = [...(services?.services ?? [])].sort((a, b) => (b.cpuCores ?? 0) - (a.cpuCores ?? 0)).slice(0, 20)
  if (list.length === 0) return null
  const cell = 'hairline cut h-7 border-b px-2 py-0'
  const head = 'h-7 border-b border-line px-2 text-xs font-normal text-t3'
  return (
    <section>
      <SectionHead title="Running here" note={`${grouped(services!.total)} services; each is on this page once it talks`} />
      <table className="w-full table-fixed border-separate border-spacing-0 text-sm" aria-label="Running here">
        <colgroup><col /><col className="w-40 max-desk:hidden" /><col className="w-[110px]" /><col className="w-[120px]" /></colgroup>
        <thead><tr><th scope="col" className={`${head} pl-4 text-left`}>Program</th><th scope="col" className={`${head} text-left max-desk:hidden`}>Kind</th><th scope="col" className={`${head} text-right`}>Processes</th><th scope="col" className={`${head} pr-4 text-right`}>CPU</th></tr></thead>
        <tbody>
          {list.map((service) => (
            <tr key={service.name}>
              <td className={`${cell} pl-4 font-medium`}><Name text={service.name} /></td>
              <td className={`${cell} text-t2 max-desk:hidden`}><Name text={service.kind} /></td>
              <td className={`${cell} text-right text-t2`}>{grouped(service.processCount)}</td>
              <td className={`${cell} pr-4 text-right`}><Num figure={cores(service.cpuCores)} slot="none" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const DOT = { attached: 'text-ok', partial: 'text-warn', refused: 'text-warn', off: 'text-line-3' }

function BeingWatched({ host, services }: { readonly host: Hosts['hosts'][number] | undefined; readonly services: Services | undefined }) {
  const { data } = useTopic<Probes>('probes', {}, true)
  const probes = data?.probes ?? []
  const attached = probes.filter(({ state }) => state === 'attached').length
  const processes = services?.services.reduce((sum, service) => sum + service.processCount, 0)
  return (
    <aside aria-label="Being watched" className="w-[408px] flex-none overflow-y-auto border-l border-line bg-s1 max-wide:w-[312px] max-desk:hidden">
      <SectionHead title="Being watched" />
      <Facts facts={[
        ['Host', host ? [host.name, host.cpus === null ? '' : `${host.cpus} cores`, host.memoryBytes === null ? '' : sentence(bytes(host.memoryBytes))].filter((part) => part !== '').join(', ') : '–'],
        ['Kernel', host ? `${host.kernel}${host.btf === null ? '' : host.btf ? ' with BTF' : ' without BTF'}` : '–'],
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
