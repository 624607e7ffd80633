import { BlockList, isIP } from 'node:net'

/** Where peers of a name are: an address or a network, and perhaps a port. */
export interface Place {
  readonly address: string
  readonly prefix: number
  /** 0: any. */
  readonly port: number
}

/** `10.0.0.7`, `10.0.0.7:5432`, `10.0.0.0/8`, `10.0.0.0/8:5432`, `::1`, `[::1]:80`, `[2001:db8::/32]:443`. Undefined if it is none of these. */
export function parsePlace(text: string): Place | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text)
  const plain = bracketed ?? (text.split(':').length > 2 ? [text, text, undefined] : /^([^:]+)(?::(\d{1,5}))?$/.exec(text))
  if (!plain) return undefined
  const [address = '', length] = (plain[1] ?? '').split('/')
  const family = isIP(address)
  const prefix = length === undefined ? (family === 6 ? 128 : 32) : Number(length)
  const port = Number(plain[2] ?? 0)
  if (family === 0 || !/^\d{0,3}$/.test(length ?? '') || prefix > (family === 6 ? 128 : 32) || port > 65535) return undefined
  return { address, prefix, port }
}

/** Whether an address lies in a place's network. */
export function networkOf({ address, prefix }: Place): (address: string) => boolean {
  const network = new BlockList()
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  network.addSubnet(address, prefix, family)
  return (other) => isIP(other) !== 0 && network.check(other, isIP(other) === 6 ? 'ipv6' : 'ipv4')
}

/** An address to listen on. */
export interface ListenAddress {
  readonly address: string
  readonly port: number
}

/** `127.0.0.1:7663`, `localhost:7663` or `[::1]:7663`. Undefined if it is none of these. */
export function parseListen(text: string): ListenAddress | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const address = (parts?.[1] ?? parts?.[2] ?? '').replace(/^localhost$/, '127.0.0.1')
  const port = Number(parts?.[3])
  return isIP(address) === 0 || !(port <= 65_535) ? undefined : { address, port }
}

export function isLoopback({ address }: ListenAddress): boolean {
  return address.startsWith('127.') || address === '::1'
}
