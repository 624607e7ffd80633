import type { Metadata } from 'next'
import { CollectorView } from '../../views/collector/index.tsx'

export const metadata: Metadata = { title: 'Collector' }

export default function Page() {
  return <CollectorView />
}
