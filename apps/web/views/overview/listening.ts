/** A listening socket, of `/api/v1/connections/listeners`. */
export interface ListeningSocket {
  readonly service: string
  readonly pid: number
  readonly host: string
  readonly local: string
  readonly closedAt: string | null
}

/** A program that listens, with all of its addresses. */
export interface ListeningProgram {
  readonly key: string
  readonly service: string
  readonly pid: number
  readonly addresses: readonly string[]
}

/** Programs that listen now, by name. */
export function listeningPrograms(sockets: readonly ListeningSocket[]): ListeningProgram[] {
  const open = sockets.filter(({ closedAt }) => closedAt === null)
  return [...Map.groupBy(open, ({ host, service, pid }) => `${host} ${service} ${pid}`)]
    .map(([key, own]) => ({ key, service: own[0]!.service, pid: own[0]!.pid, addresses: [...new Set(own.map(({ local }) => local))].sort() }))
    .sort((a, b) => Number(a.service === '') - Number(b.service === '') || (a.service < b.service ? -1 : 1))
}

/** Kinds of services that mostly speak HTTP. */
const MOSTLY_HTTP: ReadonlySet<string> = new Set(['nginx', 'apache', 'caddy', 'haproxy', 'envoy', 'traefik', 'lighttpd', 'varnish', 'node', 'python', 'java', 'ruby', 'dotnet', 'php', 'prometheus', 'grafana'])

/** Whom to ask something, so that there is something to see: a server on loopback, or on any address. */
export function whomToAsk(programs: readonly ListeningProgram[], kindOf: ReadonlyMap<string, string>): { readonly service: string; readonly pid: number; readonly url: string } | undefined {
  for (const { service, pid, addresses } of programs) {
    if (!MOSTLY_HTTP.has(kindOf.get(service) ?? '')) continue
    const port = addresses.map((address) => /^(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::\]):(\d+)$/.exec(address)?.[1]).find((found) => found !== undefined)
    if (port !== undefined) return { service, pid, url: `http://127.0.0.1:${port}/` }
  }
  return undefined
}
