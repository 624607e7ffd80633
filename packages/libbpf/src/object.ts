import { binding } from './binding.ts'
import type { NativeObject } from './binding.ts'
import { BpfError } from './error.ts'
import { BpfMap } from './map.ts'
import type { MapDescription } from './map.ts'

export interface ProgramDescription {
  readonly name: string
  /** `tp_btf/sched_process_exec`, `iter/tcp`, … */
  readonly section: string
}

export interface ProgramInfo {
  readonly id: number
  /** Runs and their time, counted while statistics are enabled. */
  readonly runCount: number
  readonly runTimeNs: number
  /** Runs that the kernel skipped because this program was already running on that CPU: events lost. */
  readonly recursionMisses: number
}

export interface Variable {
  readonly name: string
  readonly section: string
  readonly offset: number
  readonly size: number
}

/** A number or bigint is written little-endian in the variable's size; bytes are written as they are, from its start. */
export type VariableValue = number | bigint | Uint8Array

const NO_CONTEXT = new Uint8Array(0)
const ENOENT = 2
const ERANGE = 34
const EINVAL = 22

/**
 * One BPF object. Order: open, choose (`setAutoload`, `setAutocreate`, `setMaxEntries`, `writeConstants`), `load`, then
 * attach and detach programs at will; `close` detaches and unloads all. Everything throws `BpfError` if it is refused.
 */
export class BpfObject {
  readonly name: string
  private readonly native: NativeObject
  private readonly known = new Map<string, Variable>()
  private readonly maps = new Map<string, BpfMap>()

  /** `name` names the object to the kernel (at most 15 characters are kept) and in errors. */
  constructor(elf: Uint8Array, name: string) {
    this.name = name
    this.native = new binding.BpfObject(elf, name)
    for (const variable of this.native.variables()) this.known.set(variable.name, variable)
  }

  programs(): readonly ProgramDescription[] {
    return this.native.programs()
  }

  describeMaps(): readonly MapDescription[] {
    return this.native.maps()
  }

  /** Whether `load` loads this program. */
  setAutoload(program: string, wanted: boolean): void {
    this.native.setAutoload(program, wanted)
  }

  /** Whether `load` creates this map; programs that use one that isn't there are refused. */
  setAutocreate(map: string, wanted: boolean): void {
    this.native.setAutocreate(map, wanted)
  }

  setMaxEntries(map: string, entries: number): void {
    this.native.setMaxEntries(map, entries)
  }

  /** Writes `const volatile` variables by name, before `load`. */
  writeConstants(values: Readonly<Record<string, VariableValue>>): void {
    for (const [name, value] of Object.entries(values)) {
      const variable = this.variable(name)
      this.native.writeConstant(variable.section, variable.offset, encode(variable, value))
    }
  }

  load(): void {
    this.native.load()
  }

  /** Attaches one program; an iterator over a map's elements (`iter/bpf_sk_storage_map`) is given the map. */
  attach(program: string, options: { readonly overMap?: string } = {}): void {
    if (options.overMap === undefined) this.native.attach(program)
    else this.native.attachIterator(program, options.overMap)
  }

  /** Attaches a `perf_event` program to the clock of every CPU that is online: it runs `hz` times a second on each. */
  attachPerfEvent(program: string, hz: number): void {
    this.native.attachPerfEvent(program, hz)
  }

  /** Does nothing if it isn't attached. */
  detach(program: string): void {
    this.native.detach(program)
  }

  isAttached(program: string): boolean {
    return this.native.isAttached(program)
  }

  /** Runs an attached iterator to its end; what it prints is dropped. */
  runIterator(program: string): void {
    this.native.runIterator(program, false)
  }

  /** Runs an attached iterator to its end and returns what it put out (`bpf_seq_write`). */
  readIterator(program: string): Buffer {
    return this.native.runIterator(program, true)!
  }

  programInfo(program: string): ProgramInfo {
    return this.native.programInfo(program)
  }

  /** Runs a loaded program once by itself (BPF_PROG_TEST_RUN): a `raw_tp` one that needn't be attached, or a `syscall` one, which gives its context back. */
  run(program: string, context: Uint8Array = NO_CONTEXT): number {
    return this.native.run(program, context)
  }

  map(name: string): BpfMap {
    let map = this.maps.get(name)
    if (map) return map
    const description = this.native.maps().find((one) => one.name === name)
    if (!description) throw new BpfError(`find map ${name}`, ENOENT, `${this.name} has no such map`, '')
    map = new BpfMap(this.native, description)
    this.maps.set(name, map)
    return map
  }

  variables(): IterableIterator<Variable> {
    return this.known.values()
  }

  /** The bytes of a global variable, after `load`. Eight aligned bytes are read at once. */
  readVariable(name: string): Buffer {
    const variable = this.variable(name)
    const bytes = Buffer.alloc(variable.size)
    this.native.readMemory(variable.section, variable.offset, bytes)
    return bytes
  }

  /** A global variable of 1 to 8 bytes as an unsigned number (rounded above 2^53), after `load`. */
  readNumber(name: string): number {
    const bytes = this.readVariable(name)
    if (bytes.length > 8) throw new BpfError(`read ${name} as a number`, EINVAL, `it has ${bytes.length} bytes`, '')
    return bytes.length === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, bytes.length)
  }

  /** Writes a global variable, or the part of it that begins at `offset`, after `load`. */
  writeVariable(name: string, value: VariableValue, offset = 0): void {
    const variable = this.variable(name)
    const bytes = encode(variable, value)
    if (offset + bytes.length > variable.size) throw new BpfError(`write ${name}`, ERANGE, `it has ${variable.size} bytes`, '')
    this.native.writeMemory(variable.section, variable.offset + offset, bytes)
  }

  close(): void {
    this.native.close()
  }

  private variable(name: string): Variable {
    const variable = this.known.get(name)
    if (!variable) throw new BpfError(`find variable ${name}`, ENOENT, `${this.name} has no such global variable`, '')
    return variable
  }
}

function encode(variable: Variable, value: VariableValue): Uint8Array {
  const { name, size } = variable
  if (typeof value === 'object') {
    if (value.length > size) throw new BpfError(`write ${name}`, ERANGE, `it has ${size} bytes, not ${value.length}`, '')
    return value
  }
  if (size > 8) throw new BpfError(`write ${name}`, EINVAL, `it has ${size} bytes and is no number`, '')
  if (typeof value === 'number' && !Number.isInteger(value)) throw new BpfError(`write ${name}`, EINVAL, `${value} is no integer`, '')
  const wide = BigInt(value)
  const bits = size * 8
  if (BigInt.asUintN(bits, wide) !== wide && BigInt.asIntN(bits, wide) !== wide) {
    throw new BpfError(`write ${name}`, ERANGE, `${value} does not fit ${size} bytes`, '')
  }
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, wide))
  return bytes.subarray(0, size)
}
