import { closeSync } from 'node:fs'
import { binding } from './binding.ts'

export { BpfError } from './error.ts'
export { BpfObject } from './object.ts'
export type { ProgramDescription, ProgramInfo, Variable, VariableValue } from './object.ts'
export { BpfMap } from './map.ts'
export type { MapContents, MapDescription } from './map.ts'
export { RECORD_HEADER_BYTES, RingReader, nextRecord } from './ring-reader.ts'
export type { OnBatch, RingReaderOptions } from './ring-reader.ts'

/** `v1.1` and the like. */
export const libbpfVersion: string = binding.libbpfVersion

/** CPUs that could be there, which is how many values a per-CPU map has. */
export function possibleCpus(): number {
  return binding.possibleCpus()
}

/** CLOCK_BOOTTIME, as `bpf_ktime_get_boot_ns` gives it; exact for 104 days of uptime. */
export function bootNanoseconds(): number {
  return binding.bootNanoseconds()
}

/** CLOCK_REALTIME in nanoseconds since the Unix epoch. */
export function wallNanoseconds(): bigint {
  return binding.wallNanoseconds()
}

/** Gives the memory that this process has freed, and the C library kept, back to the system: of Node's buffers and of libbpf. */
export function trimHeap(): void {
  binding.trimHeap()
}

/** Makes the kernel count each program's runs and time, at ≈ 20 ns a run, until the returned function is called. */
export function enableStats(): () => void {
  const fd = binding.enableStats()
  let open = true
  return () => {
    if (open) closeSync(fd)
    open = false
  }
}
