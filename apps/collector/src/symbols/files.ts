import { close as closeCallback, constants, fstat, open, read, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Mapping } from './mappings.ts'

// All that may wait for a disk or for another machine goes through libuv's threads: nobody who decodes waits for it.
const opening = promisify(open)
const statusOf = promisify(fstat)
const closing = promisify(closeCallback)

/** An open descriptor, or undefined if it can't be had: it is gone, or not ours to read. */
export const openIfThere = (path: string): Promise<number | undefined> => attempt(opening(path, constants.O_RDONLY | constants.O_NONBLOCK))

/** An open regular file and its size. */
export interface OpenFile {
  readonly fd: number
  readonly size: number
}

/** A file at a path, if it is a regular one and `isRight`. */
export async function openRegular(path: string, isRight: (inode: number) => boolean = () => true): Promise<OpenFile | undefined> {
  const fd = await openIfThere(path)
  if (fd === undefined) return undefined
  const status = await attempt(statusOf(fd))
  if (status?.isFile() && isRight(status.ino)) return { fd, size: status.size }
  await closeFile(fd)
  return undefined
}

/** Closes; that it can't be closed is nothing to anybody. */
export async function closeFile(fd: number): Promise<void> {
  await attempt(closing(fd))
}

/** Reads into `bytes` from a place in the file, or from where the last read ended; how many, 0 at the end or where it can't be read. */
export function readSome(fd: number, bytes: Buffer, at: number | null): Promise<number> {
  return new Promise((resolve) => read(fd, bytes, 0, bytes.length, at, (error, count) => resolve(error ? 0 : count)))
}

/** False if the file became shorter, or can't be read. */
export async function readFully(fd: number, bytes: Buffer, at: number): Promise<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const count = await readSome(fd, bytes.subarray(done), at + done)
    if (count === 0) return false
    done += count
  }
  return true
}

/** A small file of /proc, which is memory and waits for nothing; undefined if its process is gone. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    return refused(error)
  }
}

/** /proc/PID/maps (≈ 0.1 ms); '' if the process is gone. */
export function readMaps(pid: number): string {
  return readIfThere(`/proc/${pid}/maps`)?.latin1Slice() ?? ''
}

/**
 * The very file that is mapped. By its path in the process's own root, as containers have it; one that was replaced or
 * deleted meanwhile by /proc/PID/map_files, which needs more privileges.
 */
export async function openMapped(pid: number, { start, end, inode, path }: Mapping): Promise<OpenFile | undefined> {
  // Without the process's root there is ours: its inode says whether it is the same file.
  for (const root of [`/proc/${pid}/root`, '']) {
    const file = await openRegular(`${root}${path}`, (found) => found === inode)
    if (file) return file
  }
  return openRegular(`/proc/${pid}/map_files/${start.toString(16)}-${end.toString(16)}`)
}

/** A file from its beginning, in parts that are valid until the next; nothing if it can't be read. */
export async function* partsOf(path: string): AsyncGenerator<Buffer> {
  const fd = await openIfThere(path)
  if (fd === undefined) return
  const part = Buffer.alloc(128 * 1024)
  try {
    for (let count = await readSome(fd, part, null); count > 0; count = await readSome(fd, part, null)) yield part.subarray(0, count)
  } finally {
    await closeFile(fd)
  }
}

/** The pid as the process itself has it, innermost namespace last (proc_pid_status(5)). */
export function namespacePid(pid: number): number {
  const status = readIfThere(`/proc/${pid}/status`)?.latin1Slice() ?? ''
  return Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? pid)
}

const attempt = <T>(action: Promise<T>): Promise<T | undefined> => action.catch(refused)

/** What the system refuses is undefined; anything else is a bug and thrown. */
function refused(error: unknown): undefined {
  if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
}
