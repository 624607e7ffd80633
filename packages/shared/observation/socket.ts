/** Which end of a connection a socket is: who accepted it (server) or opened it (client). */
export type Role = 'server' | 'client'

/**
 * A TCP socket. `cookie` is the kernel's socket cookie, unique for the life of the host; addresses are text, IPv4-mapped
 * IPv6 addresses as IPv4, so that both ends of one connection are written alike.
 */
export interface SocketIdentity {
  readonly cookie: number
  /** Inode number of the network namespace. */
  readonly netns: number
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}
