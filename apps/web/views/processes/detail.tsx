'use client'
import Link from 'next/link'
import { programOf, useSelection, withOnly, type Process } from '../../live/index.ts'
import { bytes, cores, sentence } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts, SectionHead } from '../../ui/section.tsx'

/** One process beside the table: all that is known of it, and its requests. */
export function ProcessDetail({ process, onClose }: { readonly process: Process; readonly onClose: () => void }) {
  const { href } = useSelection()
  const { comm, pid, parentPid, service, user, unit, container, cgroup, startedAt, exitedAt, exitCode, threads, cpuCores, residentBytes, commandLine } = process
  const text = (value: string | null) => (value ? <Name text={value} /> : '–')
  const requests = <Link prefetch={false} href={href('/requests', withOnly('pid', String(pid)))} className="control">Requests of {pid}</Link>
  return (
    <Panel label={`Process ${pid}`} title={<Name text={programOf(process)} max={60} />} note={<>process {pid}, child of {parentPid}</>} onClose={onClose} actions={service === null ? undefined : requests}>
      <div className="py-3">
        <Facts facts={[
          ['Service', text(service)], ['User', text(user)], ['Unit', text(unit)], ['Container', text(container)], ['Control group', text(cgroup)],
          ['Started', <Moment key="s" at={startedAt} day />],
          ['Ended', exitedAt === null ? '–' : <span key="e"><Moment at={exitedAt} day />, {exitCode === null ? 'code not known' : <span className={exitCode === 0 ? '' : 'text-bad'}>exit {exitCode}</span>}</span>],
          ['CPU', exitedAt === null && cpuCores !== null ? sentence(cores(cpuCores)) : '–'], ['Memory', exitedAt === null && residentBytes !== null ? sentence(bytes(residentBytes)) : '–'], ['Threads', exitedAt === null && threads !== null ? threads : '–'],
        ]} />
      </div>
      <div className="border-t border-line"><SectionHead title="Command" /></div>
      <p className="mono px-4 pb-4 text-sm break-all"><Name text={commandLine || comm} max={4000} /></p>
    </Panel>
  )
}
