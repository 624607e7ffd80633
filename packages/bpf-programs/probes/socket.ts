import type { Role, SocketIdentity } from '@sonde/shared/observation'
import { addressText } from './address.ts'

/** The generated reader of `struct socket_id` (include/socket.h), in any probe. */
export interface SocketIdReader {
  readonly bytes: Buffer
  readonly cookie: number
  readonly netns: number
  readonly localPort: number
  readonly remotePort: number
  readonly localAddressAt: number
  readonly remoteAddressAt: number
}

/** A copy, with addresses as text. */
export function socketIdentity(socket: SocketIdReader): SocketIdentity {
  return {
    cookie: socket.cookie,
    netns: socket.netns,
    localAddress: addressText(socket.bytes, socket.localAddressAt),
    localPort: socket.localPort,
    remoteAddress: addressText(socket.bytes, socket.remoteAddressAt),
    remotePort: socket.remotePort,
  }
}

/** `enum role` of include/socket.h. */
export function roleOf(role: number): Role {
  return role === 1 ? 'client' : 'server'
}
