import { getSystemErrorName } from 'node:util'

/** libbpf's own error numbers (`enum libbpf_errno` in bpf/libbpf.h). */
const LIBBPF_NAMES: Readonly<Record<number, string>> = {
  4000: 'LIBBPF_ELIBELF', 4001: 'LIBBPF_EFORMAT', 4002: 'LIBBPF_EKVERSION', 4003: 'LIBBPF_EENDIAN', 4004: 'LIBBPF_EINTERNAL',
  4005: 'LIBBPF_ERELOC', 4006: 'LIBBPF_ELOAD', 4007: 'LIBBPF_EVERIFY', 4008: 'LIBBPF_EPROG2BIG', 4009: 'LIBBPF_EKVER',
  4010: 'LIBBPF_EPROGTYPE', 4011: 'LIBBPF_EWRNGPID', 4012: 'LIBBPF_EINVSEQ', 4013: 'LIBBPF_ENLPARSE',
}

function nameOf(errno: number): string {
  return LIBBPF_NAMES[errno] ?? (errno > 0 ? getSystemErrorName(-errno) : `E${errno}`)
}

/** An operation that the kernel or libbpf refused. */
export class BpfError extends Error {
  override readonly name = 'BpfError'
  /** What was being done, in words: `load exchange`, `attach on_exit`. */
  readonly operation: string
  /** `EPERM`, `LIBBPF_EVERIFY`, … */
  readonly code: string
  readonly errno: number
  readonly #log: string

  constructor(operation: string, errno: number, reason: string, log: string) {
    super(`${operation}: ${nameOf(errno)}: ${reason}${log ? `\n${log.trimEnd()}` : ''}`)
    this.operation = operation
    this.code = nameOf(errno)
    this.errno = errno
    this.#log = log
  }
  /** The end of libbpf's log, where the verifier gives its reason; '' if it said nothing. The message ends with it. */
  get log(): string {
    return this.#log
  }
}
