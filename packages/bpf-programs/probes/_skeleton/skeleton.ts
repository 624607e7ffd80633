import type { Probe, RecordReader } from '../../probe.ts'
import { SkeletonHappened, layouts } from './records.generated.ts'

/** SKELETON: makes observations of records. One reader object a record; nothing of it is kept after the call. */
function open(): RecordReader {
  const happened = new SkeletonHappened()
  return {
    layouts,
    read(_record, bytes, view, at, _length, observe) {
      happened.at(view, bytes, at)
      observe({ kind: 'process-exited', at: happened.bootNs, pid: happened.pid, startedAt: happened.startedNs, exitCode: happened.status >> 8 })
    },
  }
}

/** SKELETON: then add a line to ../index.ts. */
export const skeleton: Probe = {
  name: 'skeleton',
  sees: 'Nothing that process_lifecycle does not: it is there to be copied.',
  hooks: ['sched_process_exit'],
  losesWhenOff: 'Nothing.',
  object: '.output/skeleton.bpf.o',
  optionalPrograms: {},
  affects: 'processes',
  lossReasons: { LOST_RING_BUFFER: 'ring buffer full' },
  open,
}
