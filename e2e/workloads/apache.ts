import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSite } from './nginx.ts'
import { ownDirectory, startServer, type Workload } from './workload.ts'

const MODULES = ['mpm_event', 'authz_core', 'dir', 'mime', 'alias', 'lua']

const ECHO_LENGTH = `function handle(r)
  local body = r:requestbody()
  r.content_type = "text/plain"
  r:puts(string.format("%d\\n", body and #body or 0))
  return apache2.OK
end
`

/** Debian's Apache (event MPM) with its own ServerRoot: files, and a handler in Lua that reads the body. */
export function startApache(port: number): Promise<Workload> {
  const directory = ownDirectory('apache')
  chmodSync(directory, 0o755)
  writeSite(join(directory, 'site'))
  mkdirSync(join(directory, 'run'))
  writeFileSync(join(directory, 'echo-length.lua'), ECHO_LENGTH)
  writeFileSync(join(directory, 'apache.conf'), `ServerRoot ${directory}
ServerName localhost
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
User www-data
Group www-data
Listen 127.0.0.1:${port}
Listen [::1]:${port}
PidFile ${directory}/run/apache.pid
DefaultRuntimeDir ${directory}/run
Mutex file:${directory}/run default
ErrorLog ${directory}/error.log
TypesConfig /dev/null
ListenBacklog 1024
StartServers 2
ThreadsPerChild 25
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 120
EnableSendfile On
LimitRequestBody 0
DocumentRoot ${directory}/site
AliasMatch "^/item/.*" "${directory}/site/item-file"
Redirect 500 /fail
LuaMapHandler "^/echo-length$" ${directory}/echo-length.lua handle
<Directory ${directory}/site>
  Require all granted
</Directory>
`)
  return startServer({ name: 'apache', port, command: ['/usr/sbin/apache2', '-f', join(directory, 'apache.conf'), '-DFOREGROUND'], directory })
}
