import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probes } from '@sonde/bpf-programs'
import type { DistributionMeasured } from '@sonde/shared/observation'
import { Losses } from '../health/losses.ts'
import { Kernel } from './attached-kernel.ts'
import { OwnProcesses } from './own-processes.ts'

/** A kernel with one probe on, and what it measured. */
export class MeasuringKernel {
  readonly measured: DistributionMeasured[] = []
  readonly losses = new Losses()
  readonly kernel: Kernel
  private readonly name: string

  /** Processes of `own` are Sonde's. `onInterval` is called when one is told, before what was counted in it. */
  constructor(name: string, own: readonly number[] = [], options: { readonly onInterval?: () => void } = {}) {
    this.name = name
    this.kernel = new Kernel([probes.find((one) => one.name === name)!], {
      observe: (o) => {
        if (o.kind !== 'distribution-measured') return
        if (o.pid === 0 && o.name === '') options.onInterval?.()
        this.measured.push(o)
      },
      losses: this.losses, own: new OwnProcesses(own, this.losses, () => []), probes: { [name]: { enabled: true } }, statistics: false,
    })
    const [health] = this.kernel.health()
    if (health!.state !== 'attached') throw new Error(`${name}: ${health!.state} ${health!.reason}`)
  }

  watch(): void {
    this.kernel.attend(this.name, 'watched')
  }

  /** Sums of what a process (or, with 0, nobody) did, by name and operation. */
  of(pid: number): Record<string, { count: number; untimed: number; errors: Record<string, number>; sumNs: number; maxNs: number; timed: number; least: number }> {
    const sums: ReturnType<MeasuringKernel['of']> = {}
    for (const m of this.measured) {
      if (m.pid !== pid || m.count === 0) continue
      const sum = (sums[`${m.name} ${m.operation}`.trim()] ??= { count: 0, untimed: 0, errors: {}, sumNs: 0, maxNs: 0, timed: 0, least: Infinity })
      sum.count += m.count
      sum.untimed += m.untimed
      sum.sumNs += m.sumNs
      sum.maxNs = Math.max(sum.maxNs, m.maxNs)
      for (const [error, count] of m.errors) sum.errors[error] = (sum.errors[error] ?? 0) + count
      for (const [bucket, count] of m.buckets) {
        sum.timed += count
        sum.least = Math.min(sum.least, bucket)
      }
    }
    return sums
  }

  /** Time listened to and time in all, of what was told. */
  share(): { observedNs: number; intervalNs: number } {
    const markers = this.measured.filter(({ name, count, pid }) => name === '' && count === 0 && pid === 0)
    return { observedNs: markers.reduce((sum, { observedNs }) => sum + observedNs, 0), intervalNs: markers.reduce((sum, { intervalNs }) => sum + intervalNs, 0) }
  }

  close(): void {
    this.kernel.close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sonde-measured-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
let programs = 0

/** Compiles C; returns the program's path. */
export function compileC(source: string): string {
  const [file, program] = [join(folder, `p${++programs}.c`), join(folder, `p${programs}`)]
  writeFileSync(file, source)
  execFileSync('clang-19', ['-O1', '-o', program, file])
  return program
}

/** Runs a program to its end; its pid. */
export async function run(program: string, args: readonly string[] = []): Promise<number> {
  const child = spawn(program, args, { stdio: 'ignore' })
  await once(child, 'exit')
  return child.pid!
}
