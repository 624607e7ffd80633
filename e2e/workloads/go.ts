import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execute, here, outputDirectory, ownDirectory, startServer, type Workload } from './workload.ts'

const source = join(here, 'go-server')
const program = join(outputDirectory, 'goworkload')
/** Debian's, whatever else is in PATH. */
const GO = '/usr/lib/go/bin/go'

/** Go's net/http: it reads a byte at a time between requests. */
export async function startGo(port: number): Promise<Workload> {
  await build()
  return startServer({ name: 'go', port, command: [program, String(port)], directory: ownDirectory('go') })
}

/** Compiles it once; nothing is fetched. */
async function build(): Promise<void> {
  const newest = Math.max(...readdirSync(source).map((name) => statSync(join(source, name)).mtimeMs))
  if (existsSync(program) && statSync(program).mtimeMs > newest) return
  mkdirSync(outputDirectory, { recursive: true })
  const env = { ...process.env, GOPROXY: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0', GOCACHE: join(outputDirectory, 'go-cache') }
  await execute(GO, ['build', '-trimpath', '-buildvcs=false', '-o', program, '.'], { cwd: source, env })
}
