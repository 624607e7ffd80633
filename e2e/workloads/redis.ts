import { ownDirectory, startServer, type Workload } from './workload.ts'

/** Debian's Redis, in memory only. */
export function startRedis(port: number): Promise<Workload> {
  const directory = ownDirectory('redis')
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '::1', '--save', '', '--appendonly', 'no', '--dir', directory, '--daemonize', 'no']
  return startServer({ name: 'redis', port, command: ['/usr/bin/redis-server', ...settings], directory })
}
