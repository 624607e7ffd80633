'use client'
import { useCallback, useMemo, useRef } from 'react'
import { FilterBar, FilterField } from '../../ui/filter-field.tsx'
import { bytes, duration, grouped, sentence } from '../../ui/format.ts'
import { LineList, Lines } from '../../ui/line-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Name } from '../../ui/name.tsx'
import { PartialNote } from '../../ui/notes.tsx'
import { Segments } from '../../ui/segments.tsx'
import { age } from '../../ui/time.ts'
import { ConnectionPanel } from './connection-panel.tsx'
import { byTrouble, connectionKey, countsOf, endsOf, isFailed, isOpen, openSeconds, SHOWN, stateWord, strainWord, type Connection, type Shown } from './model.ts'
import { NoConnection } from './no-connection.tsx'
import { SocketsSwitch } from './sockets-switch.tsx'
import { PLACEHOLDER, type ConnectionsReading } from './use-connections.ts'

/** Connections in a hand: failures first, two lines each; a touch says what happened. */
export function PhoneConnections({ answer, connections, rows, chosen, nowMs, find, setFind, shown, setShown, goTo, close, note }: ConnectionsReading) {
  const scrolledPx = useRef(0)
  const sorted = useMemo(() => byTrouble(rows), [rows])
  const line = useCallback((one: Connection) => <ConnectionLines connection={one} nowMs={nowMs} />, [nowMs])
  const showFailure = (text: string) => {
    close()
    setFind(text)
  }
  const { data, dim, loading } = answer
  if (chosen) return <div className="flex min-h-0 flex-1"><ConnectionPanel connections={connections} isKnown={data !== undefined} chosen={chosen} nowMs={nowMs} note={note} onClose={close} onFailure={showFailure} /></div>
  const omitted = data ? data.total - data.connections.length : 0
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar>
        <span className="flex w-full gap-2"><FilterField label="Filter connections" placeholder={PLACEHOLDER} value={find} onChange={setFind} /><SocketsSwitch /></span>
        <Segments<Shown> label="Which" options={counted(connections)} chosen={shown} onChoose={setShown} wide />
      </FilterBar>
      {omitted > 0 && <p className="flex-none border-b border-line px-4 py-2"><PartialNote>{`the newest of the range; ${grouped(omitted)} older are left out`}</PartialNote></p>}
      {loading && <p className="late p-4 text-center text-sm text-t3">Reading connections …</p>}
      {!loading && <LineList label="Connections" rows={sorted} rowKey={connectionKey} line={line} onOpen={goTo} empty={<NoConnection answer={answer} />} dim={dim} scrolledPx={scrolledPx} />}
    </div>
  )
}

/** What can be chosen, with how many there are. */
function counted(connections: readonly Connection[]): readonly (readonly [Shown, string])[] {
  const counts = { all: connections.length, ...countsOf(connections) }
  return SHOWN.map(([id, name]) => [id, `${name} ${grouped(counts[id])}`])
}

function ConnectionLines({ connection, nowMs }: { readonly connection: Connection; readonly nowMs: number }) {
  const failed = isFailed(connection)
  const strain = strainWord(connection)
  const tone = failed ? 'text-bad' : strain ? 'text-warn' : undefined
  const { from, to } = endsOf(connection)
  return (
    <Lines
      dot={tone ?? 'text-transparent'}
      title={<><End {...from} /><span className="flex-none text-t3" aria-label="to">→</span><End {...to} /></>}
      figure={<span className={`text-sm ${tone ?? 'text-t3'}`}>{stateWord(connection)}</span>}
      quiet={!failed && !isOpen(connection)}
      below={<span className="pl-4"><What connection={connection} nowMs={nowMs} /></span>}
      right={connection.undecoded ? 'not decoded' : connection.protocol}
    />
  )
}

const End = ({ text, isAddress }: { readonly text: string; readonly isAddress: boolean }) => <Name text={text} className={`cut ${isAddress ? 'mono font-normal' : ''}`} />

/** When it failed; else for how long it is open, its round trip and what it carried. */
function What({ connection, nowMs }: { readonly connection: Connection; readonly nowMs: number }) {
  const { openedAt, connectNs, srttNs, bytesSent, bytesReceived, retransmits } = connection
  const again = retransmits > 0 ? ` · ${grouped(retransmits)} resent` : ''
  if (connection.state === 'failed') return <><Moment at={openedAt} />{connectNs !== null && ` · after ${sentence(duration(connectNs))}`}{again}</>
  const trip = srttNs === null ? '' : ` · rtt ${sentence(duration(srttNs))}`
  return <>{age(openSeconds(connection, nowMs))}{trip}{` · ${sentence(bytes(bytesSent))} out, ${sentence(bytes(bytesReceived))} in`}{again}</>
}
