'use client'
import Link from 'next/link'
import { useMemo, type ReactNode } from 'react'
import { programOf, useSelection, withParam, type Percentiles, type Process, type Syscall } from '../../live/index.ts'
import { FigureLine } from '../../ui/figure-line.tsx'
import { cores, count, duration, grouped, rate, sentence, share } from '../../ui/format.ts'
import { Name } from '../../ui/name.tsx'
import { Moment } from '../../ui/moment.tsx'
import { PeerLines } from './peer-lines.tsx'
import { SideHead } from './side-head.tsx'
import type { ServiceReading } from './use-service.ts'
import { useConnections, useMeasured, usePeers, type MeasuredAnswer } from './use-side.ts'

/** What stands beside the charts: who calls it, whom it calls, its processes and connections, what it waited for. */
export function Side({ reading, processes }: { readonly reading: ServiceReading; readonly processes: readonly Process[] | undefined }) {
  const peers = usePeers(reading.name)
  return (
    <aside aria-label="Around it" className="min-h-0 w-(--panel) flex-none overflow-y-auto border-l border-line bg-s1 max-wide:w-[312px]">
      <PeerLines title="Called by" service={reading.name} side="callers" peers={peers} />
      <PeerLines title="Calls" service={reading.name} side="callees" peers={peers} />
      <ProcessLines processes={processes} />
      <ConnectionLines service={reading.name} retransmits={peers?.retransmits} />
      <RunQueueLines service={reading.name} />
      <SyscallLines service={reading.name} />
    </aside>
  )
}

const SHOWN_PROCESSES = 6

function ProcessLines({ processes }: { readonly processes: readonly Process[] | undefined }) {
  const { href } = useSelection()
  const rows = useMemo(() => [...(processes ?? [])].sort((a, b) => Number(a.exitedAt !== null) - Number(b.exitedAt !== null) || (b.cpuCores ?? 0) - (a.cpuCores ?? 0) || a.pid - b.pid), [processes])
  const running = rows.filter(({ exitedAt }) => exitedAt === null).length
  const ended = rows.length - running
  return (
    <section aria-label="Processes">
      <SideHead title="Processes" right={processes && `${grouped(running)}${ended > 0 ? `, ${grouped(ended)} ended in range` : ''}`} />
      <ul className="border-t border-line">
        {rows.slice(0, SHOWN_PROCESSES).map(({ host, pid, startedAt, comm, commandLine, threads, cpuCores, exitedAt }) => (
          <FigureLine
            key={`${host} ${pid} ${startedAt}`} href={href('/processes', withParam('find', String(pid)))} ended={exitedAt !== null}
            name={<><span className="mono">{pid}</span> <Name text={programOf({ comm, commandLine })} className="text-t3" /> <span className="ml-2 text-t3">{exitedAt === null ? threadsOf(threads) : <>ended <Moment at={exitedAt} /></>}</span></>}
            figures={[cores(exitedAt === null ? cpuCores : null)]} slot="none"
          />
        ))}
      </ul>
      {rows.length > SHOWN_PROCESSES && <More href={href('/processes')}>{`${grouped(rows.length - SHOWN_PROCESSES)} more`}</More>}
    </section>
  )
}

const threadsOf = (threads: number | null) => (threads === null ? '' : `${grouped(threads)} ${threads === 1 ? 'thread' : 'threads'}`)

function More({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return <p className="px-4 py-1 text-xs"><Link href={href} prefetch={false} className="text-accent hover:underline">{children}</Link></p>
}

function ConnectionLines({ service, retransmits }: { readonly service: string; readonly retransmits: number | undefined }) {
  const { href } = useSelection()
  const { open, failed } = useConnections(service)
  return (
    <section aria-label="Connections">
      <SideHead title="Connections" right={open && <Link href={href('/connections')} prefetch={false} className="text-accent hover:underline">{`${grouped(open.total)} open`}</Link>} />
      <ul className="border-t border-line">
        <FigureLine name={<span className="text-t3">failed to connect, reset</span>} figures={[count(failed?.total)]} slot="none" href={href('/connections', withParam('shown', 'failed'))} />
        {failed?.connections.map(({ id, peer, remote, failure, openedAt }) => (
          <FigureLine key={id} name={<span className="pl-3"><Name text={peer || remote} /> <span className="text-bad">{failure}</span> <span className="text-t3"><Moment at={openedAt} /></span></span>} figures={[]} />
        ))}
        <FigureLine name={<span className="text-t3">retransmits</span>} figures={[count(retransmits)]} slot="none" />
      </ul>
    </section>
  )
}

/** How much of the time a probe that isn't always on has listened. */
function listened(answer: MeasuredAnswer<unknown> | undefined): string | undefined {
  if (!answer || answer.observedShare === null) return undefined
  return answer.observedShare >= 0.9995 ? 'listened all of the time' : `listened ${sentence(share(answer.observedShare))} of the time`
}

/** Why there are no figures. */
function Missing({ answer, what }: { readonly answer: MeasuredAnswer<unknown> | undefined; readonly what: string }) {
  const { href } = useSelection()
  if (!answer) return null
  if (answer.observedShare === null) return <p className="px-4 pb-2 text-xs text-t2">Its probe was off in this range. <Link href={href('/collector')} prefetch={false} className="text-accent underline">Collector</Link></p>
  return <p className="px-4 pb-2 text-xs text-t2">{what}</p>
}

interface Distribution {
  readonly durationNs: Percentiles
}

function RunQueueLines({ service }: { readonly service: string }) {
  const answer = useMeasured<Distribution>('run-queue', 'services', service)
  const waits = answer?.rows[0]
  return (
    <section aria-label="Run queue">
      <SideHead title="Run queue" right={listened(answer)} />
      {waits ? (
        <ul className="border-t border-line">
          {(['p50', 'p95', 'p99'] as const).map((metric) => <FigureLine key={metric} name={<span className="text-t3">{`waited for a CPU, ${metric}`}</span>} figures={[duration(waits.durationNs[metric])]} />)}
        </ul>
      ) : <Missing answer={answer} what="Nothing of it waited for a CPU while somebody listened." />}
    </section>
  )
}

/** Those that took most time; how often is an estimate unless somebody listened all the time. */
function SyscallLines({ service }: { readonly service: string }) {
  const { href } = useSelection()
  const answer = useMeasured<Syscall>('syscalls', 'syscalls', service)
  return (
    <section aria-label="Syscalls" className="pb-4">
      <SideHead title="Syscalls" right={listened(answer)} />
      {answer && answer.rows.length > 0 ? (
        <ul className="border-t border-line">
          {answer.rows.map(({ name, estimatedCount, durationNs }) => <FigureLine key={name} href={href('/syscalls')} name={<Name text={name} className="mono" />} figures={[rate(estimatedCount / answer.onSeconds), duration(durationNs.p95)]} />)}
        </ul>
      ) : <Missing answer={answer} what="It made no system call while somebody listened." />}
      {answer && answer.rows.length > 0 && <More href={href('/syscalls')}>{`${answer.total > answer.rows.length ? `all ${grouped(answer.total)}; here ` : ''}≈ calls a second, p95`}</More>}
    </section>
  )
}
