import type { Frame, Program } from './frame.ts'
import { COMPILED_UNNAMED, GONE, placeIn, UNMAPPED } from './frame.ts'
import { namespacePid, readIfThere } from './files.ts'
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

  /** Reads the mappings at once and opens their files: the program may not live long. */
  constructor({ pid }: Program, images: Images, nowMs: () => number) {
    this.pid = pid
    this.images = images
    this.nowMs = nowMs
    this.readMappings()
    this.perfMap = this.mappings.length > 0 ? new PerfMapFile(`/proc/${pid}/root/tmp/perf-${namespacePid(pid)}.map`) : undefined
  }

  /** Functions that were compiled while it ran. */
  get compiledFunctions(): number {
    return this.perfMap?.map.size ?? 0
  }

  /** What stands at an address. */
  frameAt(address: number): Frame {
    const mapping = mappingAt(this.mappings, address) ?? this.lookAgainFor(address)
    if (!mapping) return this.mappings.length > 0 ? this.compiledAt(address) ?? UNMAPPED : GONE
    const image = this.images.of(this.pid, mapping)
    if (image) return image.frameAt(address - mapping.start + mapping.offset)
    if (mapping.path !== '') return placeIn(mapping.path, address - mapping.start + mapping.offset, 'native')
    return this.compiledAt(address) ?? COMPILED_UNNAMED
  }

  private lookAgainFor(address: number): Mapping | undefined {
    if (this.nowMs() - this.mappingsReadAtMs < LEAST_BETWEEN_READS_MS) return undefined
    this.readMappings()
    return mappingAt(this.mappings, address)
  }

  /** What was read once stays when the program is gone. */
  private readMappings(): void {
    this.mappingsReadAtMs = this.nowMs()
    const mappings = parseMappings(readIfThere(`/proc/${this.pid}/maps`)?.latin1Slice() ?? '')
    if (mappings.length === 0) return
    this.mappings = mappings
    for (const mapping of mappings) this.images.of(this.pid, mapping)
  }

  private compiledAt(address: number): Frame | undefined {
    if (!this.perfMap) return undefined
    if (this.nowMs() - this.perfMapReadAtMs >= LEAST_BETWEEN_READS_MS) {
      this.perfMapReadAtMs = this.nowMs()
      this.perfMap.refresh()
    }
    return this.perfMap.map.find(address)
  }
}
