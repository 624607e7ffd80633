/** A part of a program's memory that can be executed. */
export interface Mapping {
  readonly start: number
  readonly end: number
  /** Offset in the file. */
  readonly offset: number
  /** `dev:inode` of the file; '' if there is none. */
  readonly file: string
  readonly inode: number
  /** Path as the program sees it, `[vdso]`, or '' (compiled code). */
  readonly path: string
}

const LINE = /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ..x. ([0-9a-f]{1,16}) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/
const MOST_MAPPINGS = 65_536

/** What can be executed of /proc/PID/maps (proc_pid_maps(5)), by address. Lines that aren't such are left out. */
export function parseMappings(text: string): Mapping[] {
  const mappings: Mapping[] = []
  for (const line of text.split('\n')) {
    // Of thousands of lines a few can be executed.
    const parts = line[line.indexOf(' ') + 3] === 'x' ? LINE.exec(line) : null
    if (!parts || mappings.length >= MOST_MAPPINGS) continue
    const inode = Number(parts[5])
    mappings.push({
      start: Number.parseInt(parts[1]!, 16), end: Number.parseInt(parts[2]!, 16), offset: Number.parseInt(parts[3]!, 16),
      file: inode === 0 ? '' : `${parts[4]}:${parts[5]}`, inode, path: pathOf(parts[6]!, inode),
    })
  }
  return mappings.sort((a, b) => a.start - b.start)
}

/** Newlines in paths stand as \012. What has no inode is a file only in name ([vdso], [anon:v8]). */
function pathOf(text: string, inode: number): string {
  if (inode === 0) return text === '[vdso]' || text === '[vsyscall]' ? text : ''
  return text.replace(/ \(deleted\)$/, '').replaceAll('\\012', '\n')
}

/** The mapping that holds the address. */
export function mappingAt(mappings: readonly Mapping[], address: number): Mapping | undefined {
  let low = 0
  let high = mappings.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (mappings[middle]!.start <= address) low = middle + 1
    else high = middle
  }
  const mapping = mappings[low - 1]
  return mapping && address < mapping.end ? mapping : undefined
}
