import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, hostname, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** The host as the hub and the Collector page know it. */
export interface Host {
  readonly id: string
  readonly name: string
  readonly kernel: string
  readonly btf: boolean
  readonly cpus: number
  readonly memoryBytes: number
}

const ID_BYTES = 16

/** This host. The id is kept in `dataDirectory` if the host has no machine-id of its own. */
export function identifyHost(dataDirectory: string): Host {
  return {
    id: hostId('/etc/machine-id', join(dataDirectory, 'host-id')),
    name: hostname(),
    kernel: release(),
    btf: existsSync('/sys/kernel/btf/vmlinux'),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
  }
}

/**
 * 32 hexadecimal digits, the same for life. A machine-id must not leave the host as it is (machine-id(5)), so it is hashed
 * with our name. Machines cloned with an empty one (or none) get a random id of their own, in a file.
 */
export function hostId(machineIdFile: string, ownFile: string): string {
  const machineId = readText(machineIdFile)
  if (machineId !== undefined && /^[0-9a-f]{32}$/.test(machineId)) return createHash('sha256').update(`sonde host ${machineId}`).digest('hex').slice(0, ID_BYTES * 2)
  const kept = readText(ownFile)
  if (kept !== undefined && /^[0-9a-f]{32}$/.test(kept)) return kept
  const made = randomBytes(ID_BYTES).toString('hex')
  writeFileSync(ownFile, `${made}\n`, { mode: 0o600 })
  return made
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
