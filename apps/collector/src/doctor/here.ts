import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { release } from 'node:os'
import type { Machine } from './machine.ts'

/** Undefined where it throws: what can't be read is no reason to stop looking. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** This machine, as this process sees it. */
export const here: Machine = {
  kernel: release(),
  exists: existsSync,
  read: (path) => orUndefined(() => readFileSync(path, 'utf8')),
  link: (path) => orUndefined(() => readlinkSync(path)),
}
