import { BpfError, type BpfObject } from '@sonde/libbpf'
import type { Losses } from '../health/losses.ts'
import type { Clock } from './clock.ts'
import type { OwnProcesses } from './own-processes.ts'

/** The only arrow that goes back: everything that user space writes into maps and variables of programs is written here. */
export class Control {
  private readonly object: BpfObject
  private readonly losses: Losses
  private readonly unsubscribe: () => void
  private readonly hasSleepOffset: boolean
  private sleepNs = -1

  /** Before the programs are attached, so that nothing of our own is ever seen. */
  constructor(object: BpfObject, own: OwnProcesses, clock: Clock, losses: Losses) {
    this.object = object
    this.losses = losses
    this.hasSleepOffset = [...object.variables()].some(({ name }) => name === 'boot_minus_monotonic_ns')
    this.sleep(clock)
    this.unsubscribe = object.describeMaps().some(({ name }) => name === 'own_tgids') ? this.keepOwn(own) : () => {}
  }

  /** Programs that read CLOCK_MONOTONIC are told how far boot time is ahead: it moves when the host sleeps. */
  sleep(clock: Clock): void {
    if (!this.hasSleepOffset || clock.bootMinusMonotonicNs === this.sleepNs) return
    this.sleepNs = clock.bootMinusMonotonicNs
    this.object.writeVariable('boot_minus_monotonic_ns', BigInt(this.sleepNs))
  }

  /** Tells programs that keep distributions whether, and in which window, user space listens. */
  listen(window: number): void {
    this.object.writeVariable('listening', window >>> 0)
  }

  /** The next epoch of maxima begins. */
  epoch(epoch: number): void {
    this.object.writeVariable('epoch', epoch >>> 0)
  }

  /** Takes out what nobody writes any more. */
  forget(map: string, key: Uint8Array): void {
    this.attempt(() => this.object.map(map).delete(key))
  }

  close(): void {
    this.unsubscribe()
  }

  private keepOwn(own: OwnProcesses): () => void {
    const map = this.object.map('own_tgids')
    const key = new Uint8Array(4)
    const one = Uint8Array.of(1)
    const keyOf = (pid: number) => {
      new DataView(key.buffer).setUint32(0, pid, true)
      return key
    }
    return own.subscribe({
      added: (pid) => this.attempt(() => map.update(keyOf(pid), one)),
      removed: (pid) => this.attempt(() => map.delete(keyOf(pid))),
    })
  }

  /** A refused write (E2BIG: the map is full) costs the purity of a figure, not the watching. */
  private attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      if (!(error instanceof BpfError)) throw error
      this.losses.count('kernel.control', error.code, 'own traffic kept out')
    }
  }
}
