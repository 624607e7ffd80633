import type { Metadata } from 'next'
import { ProcessesView } from '../../views/processes/index.tsx'

export const metadata: Metadata = { title: 'Processes' }

export default function Page() {
  return <ProcessesView />
}
