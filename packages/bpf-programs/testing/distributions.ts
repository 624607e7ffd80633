import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BpfObject } from '@sonde/libbpf'
import type { Probe } from '../probe.ts'

const PACKAGE = join(import.meta.dirname, '..')
/** struct distribution of include/distribution.h. */
const BYTES = 1840

/** A probe that keeps distributions, for its test: loaded, attached and listening. */
export class ListeningProbe {
  readonly object: BpfObject
  private readonly probe: Probe

  constructor(probe: Probe) {
    this.probe = probe
    this.object = new BpfObject(readFileSync(join(PACKAGE, probe.object)), probe.name)
    this.object.load()
    this.attach()
    this.listen(1)
  }

  attach(): void {
    for (const { name } of this.object.programs()) this.object.attach(name)
  }

  detach(): void {
    for (const { name } of this.object.programs()) this.object.detach(name)
  }

  /** Window 0: it doesn't listen. */
  listen(window: number): void {
    this.object.writeVariable('listening', window)
  }

  /** What a process has counted, by name and operation, summed over the CPUs. */
  of(pid: number): Record<string, { count: number; untimed: number; errors: number; timed: number; sumNs: number; maxNs: number }> {
    const map = this.object.map('distributions')
    const { count, keys, values } = map.readAll()
    const found: ReturnType<ListeningProbe['of']> = {}
    for (let i = 0; i < count; i++) {
      const key = keys.subarray(i * map.keyBytes, (i + 1) * map.keyBytes)
      const { pid: whose, name, operation } = this.probe.distributions!.describe(new DataView(key.buffer, key.byteOffset, key.length))
      if (whose !== pid) continue
      const sum = { count: 0, untimed: 0, errors: 0, timed: 0, sumNs: 0, maxNs: 0 }
      for (let at = i * map.valueBytes; at < (i + 1) * map.valueBytes; at += BYTES) {
        const u64 = (offset: number) => Number(values.readBigUInt64LE(at + offset))
        sum.count += u64(0)
        sum.untimed += u64(8)
        sum.errors += u64(16)
        sum.sumNs += u64(24)
        sum.maxNs = Math.max(sum.maxNs, u64(32))
        for (let bucket = 48; bucket < BYTES; bucket += 4) sum.timed += values.readUInt32LE(at + bucket)
      }
      found[`${name} ${operation}`.trim()] = sum
    }
    return found
  }

  close(): void {
    this.object.close()
  }
}

/** Compiles testing/calls.c; returns the program, and what removes it. */
export function compileCalls(): { readonly program: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-calls-'))
  const program = join(folder, 'calls')
  execFileSync('clang-19', ['-O1', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector', '-o', program, join(PACKAGE, 'testing', 'calls.c')])
  return { program, remove: () => rmSync(folder, { recursive: true }) }
}

/** What that program does. */
export const CALLS: Readonly<Record<string, readonly [count: number, error?: string]>> = {
  getppid: [1000], sched_yield: [200], getpriority: [300], lseek: [400, 'EBADF'], pread64: [500, 'EBADF'], nanosleep: [10], access: [250, 'ENOENT'], umask: [600], getrandom: [150], recvfrom: [350, 'ENOTSOCK'],
}
