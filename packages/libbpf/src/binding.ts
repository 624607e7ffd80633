import { createRequire } from 'node:module'
import { BpfError } from './error.ts'

/** The native half: numbers and bytes. Each member is described in native/*.h. */
export interface NativeObject {
  programs(): { name: string; section: string }[]
  setAutoload(program: string, wanted: boolean): void
  load(): void
  attach(program: string): void
  attachPerfEvent(program: string, hz: number): void
  detach(program: string): void
  isAttached(program: string): boolean
  programInfo(program: string): { id: number; runCount: number; runTimeNs: number; recursionMisses: number }
  run(program: string, context: Uint8Array): number
  close(): void
  maps(): { name: string; type: number; keyBytes: number; valueBytes: number; maxEntries: number }[]
  setAutocreate(map: string, wanted: boolean): void
  setMaxEntries(map: string, entries: number): void
  mapFd(map: string): number
  lookup(map: string, key: Uint8Array, value: Uint8Array): boolean
  update(map: string, key: Uint8Array, value: Uint8Array, flags: number): void
  delete(map: string, key: Uint8Array): boolean
  nextKey(map: string, key: Uint8Array | null, next: Uint8Array): boolean
  lookupBatch(map: string, cursor: Uint8Array, first: boolean, keys: Uint8Array, values: Uint8Array, count: number): [number, number]
  variables(): { name: string; section: string; offset: number; size: number }[]
  writeConstant(section: string, offset: number, bytes: Uint8Array): void
  readMemory(section: string, offset: number, bytes: Uint8Array): void
  writeMemory(section: string, offset: number, bytes: Uint8Array): void
  attachIterator(program: string, map: string): void
  runIterator(program: string, keep: boolean): Buffer | undefined
}

export interface NativeRingReader {
  readonly buffer: ArrayBuffer
  close(): void
  drain(): number
  oversized(): number
}

interface Binding {
  BpfObject: new (elf: Uint8Array, name: string) => NativeObject
  RingReader: new (mapFd: number, batchBytes: number, intervalMs: number, onBatch: (bytes: number) => void) => NativeRingReader
  setErrorFactory(make: (operation: string, errno: number, reason: string, log: string) => Error): void
  enableStats(): number
  possibleCpus(): number
  bootNanoseconds(): number
  wallNanoseconds(): bigint
  trimHeap(): void
  libbpfVersion: string
}

export const binding = createRequire(import.meta.url)('../build/Release/binding.node') as Binding

binding.setErrorFactory((operation, errno, reason, log) => new BpfError(operation, errno, reason, log))
