import type { ListenerSeen } from '@sonde/shared/observation'
import type { Losses } from '../health/losses.ts'
import { BoundedMap } from '../health/bounded-map.ts'

interface Listener {
  readonly netns: number
  readonly address: string
  readonly port: number
  pid: number
}

/** Who listens where. Names the other end of a client's connection while that end itself hasn't been seen. */
export class Listeners {
  /** Grows when an answer of `find` may have changed. */
  version = 0
  private readonly byPlace: BoundedMap<string, Listener>
  /** Addresses that sockets here have had, with their namespace. */
  private readonly localAddresses: BoundedMap<string, number>

  constructor(losses: Losses) {
    this.byPlace = new BoundedMap({ capacity: 16_384, onEvict: () => losses.count('model.listeners', 'evicted', 'peer names') })
    this.localAddresses = new BoundedMap({ capacity: 4_096, onEvict: () => losses.count('model.addresses', 'evicted', 'peer names') })
  }

  /** Places where somebody listens and addresses of this host, now and at most. */
  bounds(): Record<string, readonly [number, number]> {
    return { 'listening places': [this.byPlace.size, this.byPlace.capacity], 'local addresses': [this.localAddresses.size, this.localAddresses.capacity] }
  }

  seen(o: ListenerSeen): void {
    const { netns, localAddress, localPort } = o.socket
    const key = place(netns, localAddress, localPort)
    const known = this.byPlace.get(key)
    if (known && (o.pid === 0 || known.pid === o.pid)) return
    this.byPlace.set(key, { netns, address: localAddress, port: localPort, pid: o.pid })
    this.learn(localAddress, netns)
    this.version++
  }

  /** A socket of this host has this address. */
  learn(address: string, netns: number): void {
    if (isLoopback(address) || isWildcard(address) || this.localAddresses.get(address) === netns) return
    this.localAddresses.set(address, netns)
    this.version++
  }

  /** True if `address`, as seen in a namespace of this host, is this host's. */
  isLocal(address: string): boolean {
    return isLoopback(address) || this.localAddresses.has(address)
  }

  /**
   * The process that listens where a client in `netns` connected to; 0 if none is known. A listener on the wildcard
   * address counts only for addresses that are known to be this host's, else it would name half the internet.
   */
  find(netns: number, address: string, port: number): number {
    const there = isLoopback(address) ? netns : this.localAddresses.get(address)
    if (there === undefined) return 0
    const listener = this.byPlace.get(place(there, address, port)) ?? this.byPlace.get(place(there, '0.0.0.0', port)) ?? this.byPlace.get(place(there, '::', port))
    return listener?.pid ?? 0
  }
}

const place = (netns: number, address: string, port: number) => `${netns} ${address} ${port}`

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
