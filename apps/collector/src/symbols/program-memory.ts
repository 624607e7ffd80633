import type { StackFrame } from '@sonde/shared/signal'
import { COMPILED_UNNAMED, GONE, placeIn, UNMAPPED } from './frame.ts'
import { namespacePid, readMaps } from './files.ts'
import type { Images } from './images.ts'
import { mappingAt, parseMappings, type Mapping } from './mappings.ts'
import { PerfMapFile } from './perf-map.ts'

/** How often a program is looked at again for what it has mapped or compiled since. */
const LEAST_BETWEEN_READS_MS = 500

/** What one program has in memory, as far as it can be executed. */
export class ProgramMemory {
  private readonly pid: number
  private readonly images: Images
  private readonly nowMs: () => number
  private mappings: readonly Mapping[] = []
  private perfMap: PerfMapFile | undefined
  private mappingsReadAtMs = -Infinity
  private perfMapReadAtMs = -Infinity

  /** `maps` is its /proc/PID/maps. Opens the files at once: the program may not live long. */
  constructor(pid: number, maps: string, images: Images, nowMs: () => number) {
    this.pid = pid
    this.images = images
    this.nowMs = nowMs
    this.setMappings(maps)
    this.perfMap = maps !== '' ? new PerfMapFile(`/proc/${pid}/root/tmp/perf-${namespacePid(pid)}.map`) : undefined
  }

  /** Functions that were compiled while it ran. */
  get compiledFunctions(): number {
    return this.perfMap?.map.size ?? 0
  }

  /** What stands at an address: at once, if nothing has to be read for it. */
  frameAt(address: number): StackFrame | Promise<StackFrame> {
    const mapping = mappingAt(this.mappings, address) ?? this.lookAgainFor(address)
    if (!mapping) return this.mappings.length > 0 ? this.compiledAt(address, UNMAPPED) : GONE
    const image = this.images.of(this.pid, mapping)
    if (image) return image.frameAt(address - mapping.start + mapping.offset)
    if (mapping.path !== '') return placeIn(mapping.path, address - mapping.start + mapping.offset, 'native')
    return this.compiledAt(address, COMPILED_UNNAMED)
  }

  /** Forgets what was compiled: it is read again when it is asked for. */
  forgetCompiled(): void {
    if (this.perfMap) this.perfMap = new PerfMapFile(this.perfMap.path)
  }

  private lookAgainFor(address: number): Mapping | undefined {
    if (this.nowMs() - this.mappingsReadAtMs < LEAST_BETWEEN_READS_MS) return undefined
    this.setMappings(readMaps(this.pid))
    return mappingAt(this.mappings, address)
  }

  /** Takes in /proc/PID/maps; what was read before stays if the program is gone. */
  setMappings(maps: string): void {
    this.mappingsReadAtMs = this.nowMs()
    const mappings = parseMappings(maps)
    if (mappings.length === 0) return
    this.mappings = mappings
    for (const mapping of mappings) this.images.of(this.pid, mapping)
  }

  private compiledAt(address: number, otherwise: StackFrame): StackFrame | Promise<StackFrame> {
    const { perfMap } = this
    if (!perfMap) return otherwise
    if (this.nowMs() - this.perfMapReadAtMs < LEAST_BETWEEN_READS_MS) return perfMap.map.find(address) ?? otherwise
    this.perfMapReadAtMs = this.nowMs()
    return perfMap.refresh().then(() => perfMap.map.find(address) ?? otherwise)
  }
}
