import { REQUEST_FLAG } from '@sonde/shared/signal'
import type { ServiceActivity } from '../measured.ts'
import type { StoredRow, TimeRange } from '../store.ts'
import { Parameters } from './connections.ts'
import { STORED_TABLES } from './layout.ts'
import type { Read } from './reading.ts'

/** What probes saw in the range, by host and service. */
export async function activity(read: Read, range: TimeRange): Promise<ServiceActivity[]> {
  const [exchanges, measured, samples] = await Promise.all([
    read(STORED_TABLES.requests, range, ['host', 'service', 'role', 'flags'], new Parameters(), (source) => `
      SELECT host, service, 'exchange' AS what, count(*) AS n, count(*) FILTER (role = 0) AS served, count(*) FILTER (role = 0 OR flags & ${REQUEST_FLAG.peerWatched} = 0) AS requests FROM ${source} GROUP BY ALL`),
    // Waits are also told for each CPU, under its name: those are the same waits again.
    read(STORED_TABLES.measurements, range, ['host', 'service', 'what', 'name', 'count'], new Parameters(), (source) => `
      SELECT host, service, what, sum("count") AS n FROM ${source} WHERE "count" > 0 AND (what <> 'run_queue' OR "name" = '') GROUP BY ALL`),
    read(STORED_TABLES.profiles, range, ['host', 'service', 'type', 'count'], new Parameters(), (source) => `
      SELECT host, service, 'cpu_sample' AS what, sum("count") AS n FROM ${source} WHERE type = 'cpu' GROUP BY ALL`),
  ])
  return [...exchanges, ...measured, ...samples].map(activityOf)
}

function activityOf({ host, service, what, n, served = 0, requests = 0 }: StoredRow): ServiceActivity {
  return { host: String(host), service: String(service), what: String(what) as ServiceActivity['what'], count: Number(n), servedCount: Number(served), requestCount: Number(requests) }
}
