import { cString, elfSections } from './elf.ts'
import type { ElfSection } from './elf.ts'

/** Program types that can only look: by the beginning of their section's name. */
const PROGRAM_TYPES = /^(tp_btf|raw_tp|raw_tracepoint|tp|tracepoint|perf_event|uprobe|uretprobe|iter)(\/|$)/

/** Helpers that write nothing but our own maps and records (numbers of include/uapi/linux/bpf.h). */
const HELPERS: Readonly<Record<number, string>> = {
  1: 'map_lookup_elem', 2: 'map_update_elem', 3: 'map_delete_elem', 5: 'ktime_get_ns', 8: 'get_smp_processor_id',
  14: 'get_current_pid_tgid', 15: 'get_current_uid_gid', 16: 'get_current_comm', 27: 'get_stackid', 35: 'get_current_task',
  46: 'get_socket_cookie', 67: 'get_stack', 107: 'sk_storage_get', 108: 'sk_storage_delete', 112: 'probe_read_user',
  113: 'probe_read_kernel', 118: 'jiffies64', 114: 'probe_read_user_str', 115: 'probe_read_kernel_str', 125: 'ktime_get_boot_ns', 127: 'seq_write',
  130: 'ringbuf_output', 131: 'ringbuf_reserve', 132: 'ringbuf_submit', 133: 'ringbuf_discard', 134: 'ringbuf_query',
  137: 'skc_to_tcp_sock', 156: 'task_storage_get', 157: 'task_storage_delete', 158: 'get_current_task_btf', 162: 'sock_from_file',
  164: 'for_each_map_elem', 175: 'task_pt_regs', 181: 'loop',
}

/** Kernel functions that may be called. */
const KFUNCS: readonly string[] = ['bpf_rdonly_cast']

const SHT_SYMTAB = 2
const SYMBOL_BYTES = 24
const INSTRUCTION_BYTES = 8
const CALL = 0x85
/** Loads 64 bits and is two instructions long. */
const LOAD_IMMEDIATE_64 = 0x18
/** `src_reg` of a CALL: 0 a helper, 1 another function of ours or, by relocation, a kernel function. */
const PSEUDO_CALL = 1

/** What an object does that a read-only one may not, in words; empty if it keeps the promise. */
export function breaksReadOnly(elf: Uint8Array): string[] {
  const sections = elfSections(elf)
  if (!sections.ok) return [sections.error]
  const breaches: string[] = []
  for (const section of sections.value) {
    if (!section.executable || section.bytes.length === 0) continue
    if (section.name !== '.text' && !PROGRAM_TYPES.test(section.name)) breaches.push(`${section.name}: this type of program may do more than look`)
    for (const call of forbiddenCalls(section.bytes)) breaches.push(`${section.name}: ${call}`)
  }
  for (const name of undefinedSymbols(sections.value)) if (!KFUNCS.includes(name)) breaches.push(`calls the kernel's ${name}`)
  return breaches
}

function forbiddenCalls(code: Buffer): string[] {
  const calls: string[] = []
  for (let at = 0; at + INSTRUCTION_BYTES <= code.length; at += INSTRUCTION_BYTES) {
    const opcode = code[at]!
    if (opcode === LOAD_IMMEDIATE_64) at += INSTRUCTION_BYTES
    if (opcode !== CALL) continue
    const source = code[at + 1]! >> 4
    const helper = code.readInt32LE(at + 4)
    if (source === 0 && !(helper in HELPERS)) calls.push(`calls helper ${helper}`)
    if (source > PSEUDO_CALL) calls.push(`a call of unknown kind ${source}`)
  }
  return calls
}

function undefinedSymbols(sections: readonly ElfSection[]): string[] {
  const table = sections.find((section) => section.type === SHT_SYMTAB)
  const strings = sections.find((section) => section.name === '.strtab')
  if (!table || !strings) return ['(no symbol table)']
  const names: string[] = []
  for (let at = SYMBOL_BYTES; at + SYMBOL_BYTES <= table.bytes.length; at += SYMBOL_BYTES) {
    if (table.bytes.readUInt16LE(at + 6) === 0) names.push(cString(strings.bytes, table.bytes.readUInt32LE(at)))
  }
  return names
}
