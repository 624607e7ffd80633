import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FILE_SIZES, LARGEST_BYTES } from './routes.ts'
import { ownDirectory, startServer, type Workload } from './workload.ts'

/** nginx that serves files by sendfile. Its /echo-length answers the declared length and discards the body. */
export function startNginxStatic(port: number): Promise<Workload> {
  const directory = ownDirectory('nginx')
  writeSite(join(directory, 'site'))
  return start(port, directory, `
    root ${directory}/site; default_type text/plain; sendfile on; tcp_nopush on;
    location = /echo-length { return 200 "$content_length\\n"; }
    location = /fail { return 500 "500\\n"; }
    location /item/ { rewrite ^ /item-file break; }`)
}

/**
 * nginx that passes each path's prefix on to an upstream (`{ '/': 'http://127.0.0.1:8080' }`), keeping up to
 * `keepAlive` idle connections to each; 0 opens one a request.
 */
export function startNginxProxy(port: number, upstreams: Readonly<Record<string, string>>, keepAlive = 16): Promise<Workload> {
  const directory = ownDirectory('nginx')
  const entries = Object.entries(upstreams)
  const pools = entries.map(([, url], at) => `upstream up${at} { server ${new URL(url).host}; ${keepAlive > 0 ? `keepalive ${keepAlive}; keepalive_requests 100000000;` : ''} }`)
  const locations = entries.map(([prefix], at) => `location ${prefix} { proxy_pass http://up${at}; }`)
  return start(port, directory, `
    proxy_http_version 1.1; proxy_set_header Connection "${keepAlive > 0 ? '' : 'close'}"; proxy_set_header Host $http_host;
    ${locations.join('\n    ')}`, pools.join('\n  '))
}

function start(port: number, directory: string, server: string, http = ''): Promise<Workload> {
  chmodSync(directory, 0o755)
  const config = join(directory, 'nginx.conf')
  writeFileSync(config, `daemon off; worker_processes 2; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 2048; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 120s; client_max_body_size ${LARGEST_BYTES + 1};
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  ${http}
  server {
    listen 127.0.0.1:${port} backlog=1024; listen [::1]:${port} backlog=1024;
    ${server}
  }
}
`)
  return startServer({ name: 'nginx', port, command: ['/usr/sbin/nginx', '-p', directory, '-e', `${directory}/error.log`, '-c', config], directory, stopSignal: 'SIGQUIT' })
}

/** The files behind the routes, for servers of files. */
export function writeSite(site: string): void {
  mkdirSync(join(site, 'bytes'), { recursive: true })
  writeFileSync(join(site, 'ok'), 'ok\n')
  writeFileSync(join(site, 'item-file'), 'item\n')
  for (const size of FILE_SIZES) writeFileSync(join(site, 'bytes', String(size)), Buffer.alloc(size, 'x'))
  chmodSync(site, 0o755)
  chmodSync(join(site, 'bytes'), 0o755)
}
