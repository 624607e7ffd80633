import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordTypes } from '@sonde/bpf-programs/btf'
import type { FittedProbe } from '@sonde/bpf-programs/kernel-features'
import type { Probe } from '@sonde/bpf-programs/probe'
import { BpfError, BpfObject, type ProgramDescription } from '@sonde/libbpf'
import { lackOfKernel, newerKernel } from './fit.ts'
import { distributionEntries } from './histograms.ts'
import { checkLayouts, RecordLayoutError, type RecordType } from './records.ts'

/** A probe that can't be had here: why, in one sentence, and what to do. */
export class ProbeRefused extends Error {
  override readonly name = 'ProbeRefused'
  readonly fix: string

  constructor(reason: string, fix: string, cause?: unknown) {
    super(reason, { cause })
    this.fix = fix
  }
}

/** An object in the kernel with nothing attached yet. */
export interface LoadedObject {
  readonly object: BpfObject
  readonly types: ReadonlyMap<number, RecordType>
  /** Optional programs that can't be had: name → why. */
  readonly refused: ReadonlyMap<string, string>
}

export interface LoadOptions {
  readonly ringBytes: number
  readonly probeId: number
}

const PROGRAMS = dirname(fileURLToPath(import.meta.resolve('@sonde/bpf-programs/probe')))
const LOAD_ATTEMPTS = 5
const REBUILD = 'build again: npm run build -w @sonde/bpf-programs'

/** Loads a probe's object, without optional programs that the kernel lacks something for or refuses. Throws `ProbeRefused`, `RecordLayoutError`. */
export function loadProbe({ probe, lacks, without }: FittedProbe, layouts: Readonly<Record<string, string>>, options: LoadOptions): LoadedObject {
  if (lacks.length > 0) throw new ProbeRefused(lackOfKernel(lacks), newerKernel(lacks))
  const elf = readObject(probe)
  const types = recordTypes(elf)
  if (!types.ok) throw new ProbeRefused(`${probe.object}: ${types.error}`, REBUILD)
  checkLayouts(probe.name, types.value, layouts)
  try {
    const lacking = new Map([...without].map(([program, feature]) => [program, lackOfKernel([feature])]))
    return { ...loadWhatCanBe(probe, elf, lacking, options), types: types.value }
  } catch (error) {
    throw error instanceof BpfError ? refusal(error) : error
  }
}

export { RecordLayoutError }

/** In one sentence what the kernel refused; the end of the verifier's log says why. */
export function refusal(error: BpfError): ProbeRefused {
  const said = verifierLines(error.log).at(-1)
  const reason = `${error.operation}: ${error.code}${said ? ` (${said.slice(0, 300)})` : ''}`
  return new ProbeRefused(reason, fixOf(error), error)
}

/** What the verifier itself said, without the figures and frames around it. */
export function verifierLines(log: string): string[] {
  return log.split('\n').filter((line) => line.trim() !== '' && !/^(processed \d+ insns|-- (BEGIN|END)|verification time|libbpf: (prog|failed to load))/.test(line))
}

function fixOf(error: BpfError): string {
  switch (error.code) {
    case 'EPERM':
    case 'EACCES': return 'run Sonde as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE'
    case 'ENOENT': return 'this kernel has no such hook; the other probes work without it'
    case 'ENOMEM': return 'the host is out of memory for BPF; make rings smaller with probes.<name>.ringBytes'
    case 'EAGAIN': return 'signals kept interrupting the verifier; switch the probe off and on again'
    default: return 'this kernel refuses the program; switch the probe off with probes.<name>.enabled: false, and report the kernel version'
  }
}

/** What a probe's object holds; none if it can't be read. */
export function programsOf(probe: Probe): readonly ProgramDescription[] {
  let object: BpfObject | undefined
  try {
    object = new BpfObject(readObject(probe), probe.name)
    return object.programs()
  } catch (error) {
    if (error instanceof BpfError || error instanceof ProbeRefused) return []
    throw error
  } finally {
    object?.close()
  }
}

function readObject(probe: Probe): Buffer {
  try {
    return readFileSync(join(PROGRAMS, probe.object))
  } catch (error) {
    throw new ProbeRefused(`${probe.object} cannot be read: ${(error as Error).message}`, REBUILD, error)
  }
}

function loadWhatCanBe(probe: Probe, elf: Buffer, lacking: ReadonlyMap<string, string>, options: LoadOptions): Omit<LoadedObject, 'types'> {
  const refused = new Map(lacking)
  const optional = Object.keys(probe.optionalPrograms).filter((program) => !refused.has(program))
  try {
    return { object: loadWithout(probe, elf, [...refused.keys()], options), refused }
  } catch (error) {
    if (optional.length === 0 || !(error instanceof BpfError)) throw error
  }
  // One of them, perhaps: what is needed must load alone, then each optional program is tried beside it.
  loadWithout(probe, elf, [...lacking.keys(), ...optional], options).close()
  for (const program of optional) {
    try {
      loadWithout(probe, elf, [...lacking.keys(), ...optional.filter((other) => other !== program)], options).close()
    } catch (error) {
      if (!(error instanceof BpfError)) throw error
      refused.set(program, refusal(error).message)
    }
  }
  return { object: loadWithout(probe, elf, [...refused.keys()], options), refused }
}

/** The verifier gives up with EAGAIN when a signal is pending; then it is asked again. */
function loadWithout(probe: Probe, elf: Buffer, left: readonly string[], options: LoadOptions): BpfObject {
  for (let attempt = 1; ; attempt++) {
    try {
      return loadOnce(probe, elf, left, options)
    } catch (error) {
      if (!(error instanceof BpfError) || error.code !== 'EAGAIN' || attempt === LOAD_ATTEMPTS) throw error
    }
  }
}

function loadOnce(probe: Probe, elf: Buffer, left: readonly string[], options: LoadOptions): BpfObject {
  const object = new BpfObject(elf, probe.name)
  try {
    for (const program of left) object.setAutoload(program, false)
    object.setMaxEntries('records', options.ringBytes)
    if (probe.distributions) object.setMaxEntries('distributions', distributionEntries(probe.distributions))
    const constants: Record<string, number | bigint> = { probe_id: options.probeId, wake_bytes: BigInt(options.ringBytes >> 2) }
    const known = new Set([...object.variables()].map(({ name }) => name))
    object.writeConstants(Object.fromEntries(Object.entries(constants).filter(([name]) => known.has(name))))
    object.load()
    return object
  } catch (error) {
    object.close()
    throw error
  }
}
