import { join } from 'node:path'
import { here, ownDirectory, startServer, type Workload } from './workload.ts'

/** Node's own HTTP server, one process. */
export function startNode(port: number): Promise<Workload> {
  return startServer({
    name: 'node',
    port,
    command: [process.execPath, 'server.js', String(port)],
    directory: ownDirectory('node'),
    options: { cwd: join(here, 'node-server') },
  })
}
