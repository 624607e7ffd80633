import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execute, ownDirectory, startServer, type Workload } from './workload.ts'

const VERSIONS = '/usr/lib/postgresql'

/** Debian's PostgreSQL on a cluster of its own, as the user postgres; anybody on loopback is its superuser `postgres`. */
export async function startPostgres(port: number): Promise<Workload> {
  const directory = ownDirectory('postgres')
  const newest = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error(`there is no PostgreSQL below ${VERSIONS}`)
  const bin = join(VERSIONS, newest, 'bin')
  const data = join(directory, 'data')
  chmodSync(directory, 0o755)
  await execute('install', ['--directory', '--owner=postgres', '--group=postgres', '--mode=0700', data])
  const { uid, gid } = await idsOf('postgres')
  await execute(join(bin, 'initdb'), ['--pgdata', data, '--auth=trust', '--no-sync', '--locale=C', '--encoding=UTF8', '--username=postgres'], { uid, gid, cwd: data })
  const settings = { port, listen_addresses: '127.0.0.1,::1', unix_socket_directories: data, fsync: 'off', max_connections: 50, logging_collector: 'off' }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // INT: fast shutdown, which does not wait for clients to go.
  return startServer({ name: 'postgres', port, command: [join(bin, 'postgres'), '-D', data, ...args], directory, options: { uid, gid, cwd: data }, stopSignal: 'SIGINT' })
}

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (which) => Number((await execute('id', [which, user])).stdout)))
  return { uid: uid!, gid: gid! }
}
