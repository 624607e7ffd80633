import type { BootNanoseconds, Nanoseconds, WallNanoseconds } from '@sonde/shared/units'
import { EMPTY_LABEL, type Label } from '../protocols/protocol.ts'

/** A process: one (pid, startedAt), whatever it execs. */
export class Process {
  readonly pid: number
  readonly startedAt: BootNanoseconds
  parentPid = 0
  netns = 0
  comm: Label
  /** 0 while it runs. */
  exitedAt: BootNanoseconds = 0
  exitCode = 0
  /** Its end was told of: nothing is, after that. */
  endTold = false
  /** False until a detector has said whose it is, and again from an exec on. */
  described = false
  /** As the detector said; '' for a process of no service. */
  service = ''
  /** What its requests are filed under: its service, else its comm. */
  label: Label
  kind = ''
  commandLine = ''
  user = ''
  container = ''
  unit = ''
  cgroup = ''
  threads = 0
  residentBytes = 0
  cpuMilliCores = 0
  /** CPU used since its service's usage was last said. */
  unsaidCpuNs: Nanoseconds = 0
  /** Wall time of `startedAt`, as it was first said: the clocks' offset wobbles, and (pid, start) is what a process is known by. */
  startedWall: WallNanoseconds | undefined = undefined
  /** Sonde's own. */
  own = false
  /** The one that had this pid before, as long as late records may mean it. */
  previous: Process | undefined = undefined

  constructor(pid: number, startedAt: BootNanoseconds, comm: Label = EMPTY_LABEL) {
    this.pid = pid
    this.startedAt = startedAt
    this.comm = comm
    this.label = comm
  }
}

/**
 * V8 lays the numbers of a class out by what they have held so far. The first that isn't an integer of 32 bits changes that, and all code optimized
 * for the class is thrown away: 200 ms at full speed, when a ring holds 160. So the very first process has such numbers.
 */
Object.assign(new Process(0, 0.5), { exitedAt: 0.5, residentBytes: 0.5, unsaidCpuNs: 0.5 })
