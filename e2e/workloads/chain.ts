import { join } from 'node:path'
import { startNginxProxy } from './nginx.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { here, ownDirectory, startServer, type Workload } from './workload.ts'

/** nginx → storefront (Node) → stock (Python) → PostgreSQL and Redis: one request touches all. */
export interface Chain {
  /** nginx; GET /order/0 … /order/999 answer 200, further ones 404. */
  readonly port: number
  readonly ports: { readonly nginx: number; readonly storefront: number; readonly stock: number; readonly postgres: number; readonly redis: number }
  readonly pids: { readonly nginx: number; readonly storefront: number; readonly stock: number; readonly postgres: number; readonly redis: number }
  stop(): Promise<void>
}

/** Starts the chain on five ports from `port` on, from its end to its beginning. */
export async function startChain(port: number): Promise<Chain> {
  const ports = { nginx: port, storefront: port + 1, stock: port + 2, postgres: port + 3, redis: port + 4 }
  const started: Workload[] = []
  const stop = async () => {
    // From the beginning: nobody asks a service that has gone.
    for (const workload of started.toReversed()) await workload.stop()
  }
  const begin = async (workload: Promise<Workload>) => {
    started.push(await workload)
    return started.at(-1)!.pid
  }
  try {
    const postgres = await begin(startPostgres(ports.postgres))
    const redis = await begin(startRedis(ports.redis))
    const stock = await begin(startStock(ports))
    const storefront = await begin(startStorefront(ports))
    const nginx = await begin(startNginxProxy(ports.nginx, { '/': `http://127.0.0.1:${ports.storefront}` }))
    return { port, ports, pids: { nginx, storefront, stock, postgres, redis }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function startStock(ports: Chain['ports']): Promise<Workload> {
  const numbers = [ports.stock, ports.postgres, ports.redis].map(String)
  return startServer({ name: 'stock', port: ports.stock, command: ['/usr/bin/python3', join(here, 'chain/stock/stock.py'), ...numbers], directory: ownDirectory('stock') })
}

function startStorefront(ports: Chain['ports']): Promise<Workload> {
  const numbers = [ports.storefront, ports.stock].map(String)
  return startServer({
    name: 'storefront',
    port: ports.storefront,
    command: [process.execPath, 'server.js', ...numbers],
    directory: ownDirectory('storefront'),
    options: { cwd: join(here, 'chain/storefront') },
  })
}
