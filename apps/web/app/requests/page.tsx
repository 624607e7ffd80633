import type { Metadata } from 'next'
import { RequestsView } from '../../views/requests/index.tsx'

export const metadata: Metadata = { title: 'Requests' }

export default function Page() {
  return <RequestsView />
}
