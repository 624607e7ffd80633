'use client'
import { useParam } from '../../live/index.ts'
import { Segments } from '../../ui/segments.tsx'

const SOCKETS = [['connections', 'Connections'], ['listening', 'Listening']] as const

/** Between the two tables of this page. */
export function SocketsSwitch() {
  const [chosen, choose] = useParam('sockets')
  return <Segments<'connections' | 'listening'> label="Sockets" options={SOCKETS} chosen={chosen === 'listening' ? 'listening' : 'connections'} onChoose={(id) => choose(id === 'connections' ? null : id)} />
}
