import { taskStorage } from '../../kernel-features.ts'
import type { Probe } from '../../probe.ts'
import { ERROR_NAMES, SYSCALL_NAMES } from './names.generated.ts'
import { layouts } from './records.generated.ts'

/** Of a number that came by the 32-bit table (`COMPAT_CALL`). */
const COMPAT_CALL = 0x10000

/** The kernel's own, which no program sees: the call is begun again (include/linux/errno.h). */
const RESTARTS: Readonly<Record<number, string>> = { 512: 'ERESTARTSYS', 513: 'ERESTARTNOINTR', 514: 'ERESTARTNOHAND', 516: 'ERESTART_RESTARTBLOCK' }

/** The kernel's name of a call: `pread64`; `i386_11` for one of the 32-bit table, `syscall_600` for one it doesn't have. */
export function syscallName(nr: number): string {
  if (nr & COMPAT_CALL && nr < COMPAT_CALL * 2) return `i386_${nr - COMPAT_CALL}`
  return SYSCALL_NAMES[nr] ?? `syscall_${nr | 0}`
}

/** `EAGAIN`; `E600` for a number without a name. */
export function errorName(error: number): string {
  return ERROR_NAMES[error] ?? RESTARTS[error] ?? `E${error}`
}

export const syscallLatency: Probe = {
  name: 'syscall_latency',
  sees: 'How long system calls take and how they fail, by process and call.',
  hooks: ['sys_enter', 'sys_exit'],
  losesWhenOff: 'Nothing is known of system calls.',
  object: '.output/syscall_latency.bpf.o',
  needs: [taskStorage],
  optionalPrograms: {},
  ringBytes: 65_536,
  distributions: {
    what: 'syscall',
    budgetBytes: 16 << 20,
    listen: { forMs: 1000, everyMs: 10_000 },
    describe: (key) => ({ pid: key.getUint32(0, true), name: syscallName(key.getUint32(4, true)), operation: '' }),
    errorName,
  },
  affects: 'syscalls',
  lossReasons: { LOST_STORAGE: 'more processes and calls than there is room for' },
  open: () => ({ layouts, read() {} }),
}
