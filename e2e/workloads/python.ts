import { join } from 'node:path'
import { here, ownDirectory, startServer, type Workload } from './workload.ts'

/** Python's http.server, a thread a connection. */
export function startPython(port: number): Promise<Workload> {
  return startServer({
    name: 'python',
    port,
    command: ['/usr/bin/python3', join(here, 'python-server/server.py'), String(port)],
    directory: ownDirectory('python'),
  })
}

/** Debian's gunicorn with two workers of four threads: threads, because its sync workers close after every request. */
export function startGunicorn(port: number): Promise<Workload> {
  const directory = ownDirectory('gunicorn')
  return startServer({
    name: 'gunicorn',
    port,
    command: [
      '/usr/bin/gunicorn', '--workers', '2', '--worker-class', 'gthread', '--threads', '4', '--keep-alive', '120', '--backlog', '1024',
      '--bind', `127.0.0.1:${port}`, '--bind', `[::1]:${port}`, '--pid', join(directory, 'gunicorn.pid'), '--worker-tmp-dir', directory, 'app:app',
    ],
    directory,
    options: { cwd: join(here, 'gunicorn-app') },
  })
}
