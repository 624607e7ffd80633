import { closeSync, openSync, opendirSync, readlinkSync, readSync } from 'node:fs'
import type { Files } from './detector.ts'

/** The real file system. Reads are bounded and never throw: a process may be gone between two of them. */
export const hostFiles: Files = {
  read(path, limit) {
    return attempt(() => {
      const file = openSync(path, 'r')
      try {
        return readUpTo(file, limit)
      } finally {
        closeSync(file)
      }
    })
  },
  link: (path) => attempt(() => readlinkSync(path)),
  list(path, limit) {
    return attempt(() => {
      const directory = opendirSync(path)
      try {
        const names: string[] = []
        for (let entry = directory.readSync(); entry && names.length < limit; entry = directory.readSync()) names.push(entry.name)
        return names
      } finally {
        directory.closeSync()
      }
    })
  },
}

/** /proc gives no sizes and up to a page a read, so read until it ends. */
function readUpTo(file: number, limit: number): Buffer {
  let bytes = Buffer.allocUnsafe(Math.min(limit, 4096))
  let length = 0
  for (;;) {
    const n = readSync(file, bytes, length, bytes.length - length, null)
    length += n
    if (n === 0 || length === limit) return bytes.subarray(0, length)
    if (length < bytes.length) continue
    const larger = Buffer.allocUnsafe(Math.min(limit, bytes.length * 4))
    bytes.copy(larger)
    bytes = larger
  }
}

/** Errors of the system are an answer here: the file can't be had. Anything else is a bug. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined
    throw error
  }
}
