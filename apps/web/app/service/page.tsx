import type { Metadata } from 'next'
import { ServiceView } from '../../views/service/index.tsx'

export const metadata: Metadata = { title: 'Service' }

export default function Page() {
  return <ServiceView />
}
