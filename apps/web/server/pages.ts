import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { Pages } from './api/listener.ts'

const WEB = join(import.meta.dirname, '..')

/** The built pages, or undefined if they aren't built. Rejects if a build is there and doesn't load. */
export async function loadPages(httpServer: Server, address: string, port: number): Promise<Pages | undefined> {
  if (!existsSync(join(WEB, '.next', 'BUILD_ID'))) return undefined
  const { default: next } = await import('next')
  const app = (next as unknown as typeof import('next').default)({ dev: false, dir: WEB, hostname: address, port, httpServer })
  await app.prepare()
  const handle = app.getRequestHandler()
  return (request, response) => handle(request, response)
}
