import type { IncomingHttpHeaders } from 'node:http'
import { problem, type ProblemDetails } from './problem.ts'

const BODY_BYTES = 64 << 10
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Only this machine's own names for itself, with the port, are served: a name that somebody else's DNS points here (DNS
 * rebinding) is not. Pages of other sites may not open WebSockets nor change anything.
 */
export function refusal(request: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly headersDistinct: NodeJS.Dict<string[]>; readonly isUpgrade: boolean }, port: number): ProblemDetails | undefined {
  if ((request.headersDistinct.host?.length ?? 0) > 1) return problem('bad-request', 'a request has one Host header')
  const host = (request.headers.host ?? '').toLowerCase()
  if (!['127.0.0.1', '[::1]', 'localhost'].some((name) => host === `${name}:${port}`)) {
    return problem('wrong-host', `"${host.slice(0, 100)}" is not served; use http://127.0.0.1:${port}`)
  }
  // Node reads exactly as many bytes as are announced; a body of unannounced length is nothing anybody has to send here.
  if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > BODY_BYTES) {
    return problem('too-large', `a body has a content-length of at most ${BODY_BYTES} bytes`)
  }
  const { origin } = request.headers
  if (origin === undefined || (SAFE.has(request.method) && !request.isUpgrade)) return undefined
  if (origin.toLowerCase() === `http://${host}`) return undefined
  return problem('foreign-origin', `a page of "${origin.slice(0, 100)}" may not do this`)
}

/**
 * What a page may do. Scripts are ours by file, or carry the nonce that Next finds in the request's own policy and writes on
 * its inline ones; what watched programs send is only ever text. Nothing is loaded from or sent to elsewhere.
 */
export function pagePolicy(nonce: string): string {
  return [
    `default-src 'self'`, `script-src 'self' 'nonce-${nonce}'`, `style-src 'self' 'unsafe-inline'`, `img-src 'self' data: blob:`, `font-src 'self'`, `worker-src 'self' blob:`,
    `connect-src 'self'`, `object-src 'none'`, `base-uri 'none'`, `form-action 'self'`, `frame-ancestors 'none'`,
  ].join('; ')
}

/** For what isn't a page: nothing at all. */
const API_POLICY = `default-src 'none'; frame-ancestors 'none'`

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': API_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
