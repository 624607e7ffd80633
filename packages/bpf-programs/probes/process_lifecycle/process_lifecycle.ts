import type { Observer } from '@sonde/shared/observation'
import type { Probe, RecordReader } from '../../probe.ts'
import { ProcessExecuted, ProcessExited, ProcessStarted, layouts } from './records.generated.ts'

/** The status of wait(2) as a shell shows it: the exit status, or 128 + the signal. */
function exitCodeOf(status: number): number {
  const signal = status & 0x7f
  return signal ? 128 + signal : (status >> 8) & 0xff
}

function open(): RecordReader {
  const started = new ProcessStarted()
  const executed = new ProcessExecuted()
  const exited = new ProcessExited()

  function observeStarted(observe: Observer): void {
    const { pid, parentPid, startedNs, comm, uid, netns } = started.process
    const existing = started.existing === 1
    observe({ kind: 'process-started', at: started.bootNs, pid, parentPid, startedAt: startedNs, comm, uid, netns, existing })
  }

  function observeExecuted(observe: Observer, end: number): void {
    const { pid, parentPid, startedNs, comm, uid, netns } = executed.process
    const argumentsAt = Math.min(executed.textAt + executed.filenameLength, end)
    const argumentsEnd = Math.min(argumentsAt + executed.argumentsLength, end)
    observe({
      kind: 'process-executed', at: executed.bootNs, pid, parentPid, startedAt: startedNs, comm, uid, netns,
      filename: stringsIn(executed.bytes, executed.textAt, argumentsAt)[0] ?? '',
      commandArgs: stringsIn(executed.bytes, argumentsAt, argumentsEnd),
    })
  }

  return {
    layouts,
    read(record, bytes, view, at, length, observe) {
      if (record === 'process_started') {
        started.at(view, bytes, at)
        observeStarted(observe)
      } else if (record === 'process_executed') {
        executed.at(view, bytes, at)
        observeExecuted(observe, at + length)
      } else {
        exited.at(view, bytes, at)
        observe({ kind: 'process-exited', at: exited.bootNs, pid: exited.pid, startedAt: exited.startedNs, exitCode: exitCodeOf(exited.status) })
      }
    },
  }
}

/** Strings that each end with NUL; the last may be cut off. */
function stringsIn(bytes: Buffer, from: number, to: number): string[] {
  if (from >= to) return []
  const strings = bytes.utf8Slice(from, to).split('\0')
  if (strings.at(-1) === '') strings.pop()
  return strings
}

export const processLifecycle: Probe = {
  name: 'process_lifecycle',
  sees: 'Processes as they begin, become programs and end.',
  hooks: ['sched_process_fork', 'sched_process_exec', 'sched_process_exit', 'iter/task'],
  losesWhenOff: 'New processes are noticed only when they talk, and their ends not at all.',
  object: '.output/process_lifecycle.bpf.o',
  optionalPrograms: { processes_running: 'Processes that ran before Sonde are known from /proc alone.' },
  iterators: [{ program: 'processes_running', everyMs: 'once' }],
  affects: 'processes',
  lossReasons: { LOST_RING_BUFFER: 'ring buffer full' },
  open,
}
