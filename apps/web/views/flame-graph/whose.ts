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

interface Whose {
  readonly services: readonly string[]
  readonly pids: readonly string[]
  readonly tid: string | null
  readonly cpu: string | null
}

/** What the stacks are of, for the rectangle that stands for all: `shop 4100, thread 4107`. */
export function labelOf({ services, pids, tid, cpu }: Whose, threads: readonly Pick<Thread, 'service'>[]): string {
  const known = services.length > 0 || pids.length === 0 ? services : [...new Set(threads.map(({ service }) => service))].filter((service) => service !== '').slice(0, 1)
  const process = [known.join(', '), pids.join(', ')].filter((part) => part !== '').join(' ') || 'all services'
  return [process, tid !== null && `thread ${tid}`, cpu !== null && `CPU ${cpu}`].filter((part) => part !== false).join(', ')
}
