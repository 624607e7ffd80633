import { networkOf, parsePlace } from '@sonde/shared/configuration'

/** Names for addresses that are no process of this host. Where these know none, the model asks what programs here were told by DNS. */
export type PeerNames = (address: string, port: number) => string | undefined

/**
 * By the configuration (an address before a network, with a port before without), then by /etc/hosts. `configured` maps
 * places as the configuration writes them to names.
 */
export function peerNames(configured: Readonly<Record<string, string>>, hosts: string): PeerNames {
  const rules = Object.entries(configured)
    .map(([text, name]) => ({ ...parsePlace(text)!, name }))
    .sort((a, b) => Number(b.port !== 0) - Number(a.port !== 0) || b.prefix - a.prefix)
    .map((place) => ({ ...place, contains: networkOf(place) }))
  const byAddress = parseHosts(hosts)
  return (address, port) => rules.find((rule) => (rule.port === 0 || rule.port === port) && rule.contains(address))?.name ?? byAddress.get(address)
}

/** hosts(5): an address and its names; the first counts. This host's own addresses and the loopback name nobody else. */
export function parseHosts(text: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [address, name] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (!address || !name || /^(127\.|::1$|f[ef]0)/.test(address) || names.has(address)) continue
    names.set(address, name)
  }
  return names
}
