import type { Metadata } from 'next'
import { MapView } from '../../views/map/index.tsx'

export const metadata: Metadata = { title: 'Map' }

export default function Page() {
  return <MapView />
}
