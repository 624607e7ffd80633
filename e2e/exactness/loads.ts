import type { ExactLoad, RequestKind } from '../workloads/exact-client.ts'

/** What 20,000 requests are: every method, answers good and bad, bodies up to 8 MiB, kept and single connections, both families. */
const small: readonly RequestKind[] = [
  { method: 'GET', path: '/ok?number=%d', weight: 6 },
  { method: 'GET', path: '/item/%d', weight: 4 },
  { method: 'HEAD', path: '/ok' },
  { method: 'GET', path: '/missing' },
  { method: 'GET', path: '/fail' },
]
const posts: readonly RequestKind[] = [
  { method: 'POST', path: '/echo-length', bodyBytes: 0 },
  { method: 'POST', path: '/echo-length', bodyBytes: 100 },
  { method: 'POST', path: '/echo-length', bodyBytes: 100_000 },
]
const large: readonly RequestKind[] = [
  { method: 'POST', path: '/echo-length', bodyBytes: 8_388_608 },
  { method: 'GET', path: '/bytes/8388608' },
  { method: 'GET', path: '/bytes/1048576' },
]

export const REQUESTS = 20_000

/** The loads for one server; a server that takes no bodies (static files) gets none. */
export function loads(port: number, takesBodies: boolean): readonly (ExactLoad & { readonly name: string })[] {
  const mixed = takesBodies ? [...small, ...posts] : small
  const big = takesBodies ? large : large.slice(1)
  return [
    { name: 'kept, IPv4', port, requests: 12_000, kinds: mixed, threads: 2 },
    { name: 'kept, IPv6, head in 3 writes', port, requests: 3_000, kinds: mixed, threads: 2, address: '::1', headWrites: 3, noDelay: true },
    { name: 'single, IPv4', port, requests: 3_000, kinds: mixed, threads: 2, close: true },
    { name: 'single, IPv6', port, requests: 1_940, kinds: mixed, threads: 2, close: true, address: '::1' },
    { name: 'large, IPv4', port, requests: 60, kinds: big, threads: 2 },
  ]
}
