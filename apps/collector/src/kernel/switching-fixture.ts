import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trimHeap } from '@sonde/libbpf'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

/** What probes take, each kind counted exactly. */
export interface Held {
  /** In the kernel. */
  readonly programs: number
  readonly maps: number
  readonly links: number
  /** Of this process: open descriptors by what they are, and maps in its memory. */
  readonly descriptors: Readonly<Record<string, number>>
  readonly mappings: number
}

/** Tells what this process's probes hold of a host on which other programs may stand, too. */
export class Holdings {
  private readonly programsBefore = new Set(list('prog').map(({ id }) => id))
  private readonly mapsBefore = new Set(list('map').map(({ id }) => id))
  private names: Set<string> | undefined

  /** What is called like something that the first reading found: others load programs meanwhile, too (bpftool itself does). */
  read(): Held {
    const programs = list('prog').filter(({ id }) => !this.programsBefore.has(id))
    const maps = list('map').filter(({ id }) => !this.mapsBefore.has(id))
    this.names ??= new Set([...programs, ...maps].map(({ name }) => name!))
    const ours = programs.filter(({ name }) => this.names!.has(name!))
    const programIds = new Set(ours.map(({ id }) => id))
    return {
      programs: ours.length,
      maps: maps.filter(({ name }) => this.names!.has(name!)).length,
      links: list('link').filter((link) => programIds.has(link.prog_id!)).length,
      descriptors: descriptors(),
      mappings: readFileSync('/proc/self/maps', 'latin1').split('\n').filter((line) => line.includes('bpf-map')).length,
    }
  }
}

interface Listed {
  readonly id: number
  readonly name?: string
  readonly prog_id?: number
}

function list(what: 'prog' | 'map' | 'link'): Listed[] {
  return JSON.parse(execFileSync('bpftool', ['-j', what, 'show'], { encoding: 'utf8', maxBuffer: 1 << 26 })) as Listed[]
}

/** `socket:[4242]` is a socket. */
function descriptors(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const fd of readdirSync('/proc/self/fd')) {
    let what: string
    try {
      what = readlinkSync(`/proc/self/fd/${fd}`).replace(/:?\[\d+\]$/, '')
    } catch (_) {
      continue // the one that lists
    }
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}

/**
 * Memory of this process alone, once garbage is collected and freed blocks are given back: rings are counted by their mappings,
 * and how many share Node's own code has nothing to do with us.
 */
export async function ownBytes(): Promise<number> {
  collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  await setImmediate() // then what buffers stood on is freed
  await setImmediate()
  trimHeap()
  // proc_pid_smaps(5)
  return Number(/^Pss_Anon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'latin1'))![1]) * 1024
}

/** How fast `y` grows with `x`: the median of what each two points say (Theil–Sen), so that a few that are far off don't count. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], i) => points.slice(0, i).map(([earlierX, earlierY]) => (y - earlierY) / (x - earlierX)))
  return slopes.sort((a, b) => a - b)[slopes.length >> 1]!
}
