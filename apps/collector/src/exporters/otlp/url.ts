/** Query parameters that sign a request; the conventions want their values redacted (`url.full`, `url.query`). */
const SIGNATURE = /(^|[?&])(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&#]*/g

export const redactQuery = (query: string): string => query.replace(SIGNATURE, '$1$2=REDACTED')

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 }

/**
 * `url.full` of a client's request: an absolute target as it stands, an origin-form one (RFC 9112 §3.2.1) behind scheme,
 * address and port; '' for targets that are no URL (`*`, CONNECT's authority). Credentials and signatures are redacted.
 */
export function fullUrl(scheme: string, address: string, port: number, target: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return redactQuery(target.replace(/^([^:]+:\/\/)[^/?#@]*@/, '$1REDACTED:REDACTED@'))
  if (!target.startsWith('/')) return ''
  const host = address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}${redactQuery(target)}`
}
