import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Mapping } from './mappings.ts'

/** An open descriptor, or undefined if it can't be had: it is gone, or not ours to read. */
export function openIfThere(path: string): number | undefined {
  return attempt(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
}

/** A small file of /proc; undefined if its process is gone. */
export function readIfThere(path: string): Buffer | undefined {
  return attempt(() => readFileSync(path))
}

/** /proc/PID/maps (≈ 0.1 ms); '' if the process is gone. */
export function readMaps(pid: number): string {
  return readIfThere(`/proc/${pid}/maps`)?.latin1Slice() ?? ''
}

/**
 * The very file that is mapped. By its path in the process's own root, as containers have it; one that was replaced or
 * deleted meanwhile by /proc/PID/map_files, which needs more privileges.
 */
export function openMapped(pid: number, { start, end, inode, path }: Mapping): number | undefined {
  // Without the process's root there is ours: its inode says whether it is the same file.
  for (const root of [`/proc/${pid}/root`, '']) {
    const fd = openIfThere(`${root}${path}`)
    if (fd === undefined) continue
    if (attempt(() => { const stat = fstatSync(fd); return stat.isFile() && stat.ino === inode })) return fd
    closeSync(fd)
  }
  return openIfThere(`/proc/${pid}/map_files/${start.toString(16)}-${end.toString(16)}`)
}

/** A file from its beginning, in parts that are valid until the next; nothing if it can't be read. */
export function* partsOf(path: string): Generator<Buffer> {
  const fd = openIfThere(path)
  if (fd === undefined) return
  const part = Buffer.alloc(256 * 1024)
  try {
    for (;;) {
      const count = attempt(() => readSync(fd, part)) ?? 0
      if (count === 0) return
      yield part.subarray(0, count)
    }
  } finally {
    closeSync(fd)
  }
}

/** The pid as the process itself has it, innermost namespace last (proc_pid_status(5)). */
export function namespacePid(pid: number): number {
  const status = readIfThere(`/proc/${pid}/status`)?.latin1Slice() ?? ''
  return Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? pid)
}

/** What the system refuses is undefined; anything else is a bug and thrown. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined
    throw error
  }
}
