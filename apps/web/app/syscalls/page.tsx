import type { Metadata } from 'next'
import { SyscallsView } from '../../views/syscalls/index.tsx'

export const metadata: Metadata = { title: 'Syscalls' }

export default function Page() {
  return <SyscallsView />
}
