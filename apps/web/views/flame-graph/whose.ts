import type { Thread } from './answer.ts'

/** Threads added up by process, most samples first. */
export function processesOf(threads: readonly Thread[]): readonly Pick<Thread, 'host' | 'service' | 'pid' | 'sampleCount'>[] {
  const processes = new Map<string, { host: string; service: string; pid: number; sampleCount: number }>()
  for (const { host, service, pid, sampleCount } of threads) {
    const key = `${host} ${pid}`
    const known = processes.get(key)
    if (known) known.sampleCount += sampleCount
    else processes.set(key, { host, service, pid, sampleCount })
  }
  return [...processes.values()].sort((a, b) => b.sampleCount - a.sampleCount || a.pid - b.pid)
}
