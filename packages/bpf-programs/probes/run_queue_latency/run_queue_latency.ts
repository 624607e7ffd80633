import { taskStorage } from '../../kernel-features.ts'
import type { Probe } from '../../probe.ts'
import { layouts } from './records.generated.ts'

export const runQueueLatency: Probe = {
  name: 'run_queue_latency',
  sees: 'How long threads that could run wait for a CPU, by process and CPU.',
  hooks: ['sched_wakeup', 'sched_wakeup_new', 'sched_switch'],
  losesWhenOff: 'Nobody sees who waits for a CPU.',
  object: '.output/run_queue_latency.bpf.o',
  needs: [taskStorage],
  optionalPrograms: {},
  ringBytes: 65_536,
  distributions: {
    what: 'run_queue',
    budgetBytes: 4 << 20,
    listen: { forMs: 1000, everyMs: 10_000 },
    perCpu: true,
    describe: (key) => ({ pid: key.getUint32(0, true), name: '', operation: '' }),
  },
  affects: 'run queue',
  lossReasons: { LOST_STORAGE: 'more processes than there is room for' },
  open: () => ({ layouts, read() {} }),
}
