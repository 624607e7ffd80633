import type { Metadata } from 'next'
import { FlameGraphView } from '../../views/flame-graph/index.tsx'

export const metadata: Metadata = { title: 'Flame graph' }

export default function Page() {
  return <FlameGraphView />
}
