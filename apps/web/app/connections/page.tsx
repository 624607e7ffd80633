import type { Metadata } from 'next'
import { ConnectionsView } from '../../views/connections/index.tsx'

export const metadata: Metadata = { title: 'Connections' }

export default function Page() {
  return <ConnectionsView />
}
