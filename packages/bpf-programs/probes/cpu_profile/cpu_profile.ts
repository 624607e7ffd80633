import type { Observer, StackSampled } from '@sonde/shared/observation'
import type { Probe, RecordReader } from '../../probe.ts'
import { CpuSample, layouts } from './records.generated.ts'

const HZ = 49

export const cpuProfile: Probe = {
  name: 'cpu_profile',
  sees: 'What each CPU is doing, 49 times a second.',
  hooks: ['perf_event'],
  losesWhenOff: 'Flame graphs are empty.',
  object: '.output/cpu_profile.bpf.o',
  optionalPrograms: {},
  enabledByDefault: false,
  perfEvents: { cpu_profile_tick: HZ },
  affects: 'profiles',
  open: () => new CpuSampleReader(),
}

class CpuSampleReader implements RecordReader {
  readonly layouts = layouts
  private readonly sample = new SampleObserved()

  read(_record: string, bytes: Buffer, view: DataView, at: number, length: number, observe: Observer): void {
    observe(this.sample.over(bytes, view, at, length))
  }
}

/** A sample as its record tells it. */
class SampleObserved implements StackSampled {
  readonly kind = 'stack-sampled'
  readonly periodNs = Math.floor(1e9 / HZ)
  bytes!: Buffer
  kernelFrames = 0
  userFrames = 0
  private readonly record = new CpuSample()

  over(bytes: Buffer, view: DataView, at: number, length: number): this {
    this.bytes = bytes
    this.record.at(view, bytes, at)
    const held = Math.floor((at + length - this.record.stackAt) / 8)
    this.kernelFrames = Math.min(this.record.kernelFrames, held)
    this.userFrames = Math.min(this.record.userFrames, held - this.kernelFrames)
    return this
  }

  get at(): number { return this.record.bootNs }
  get pid(): number { return this.record.pid }
  get tid(): number { return this.record.tid }
  get cpu(): number { return this.record.cpu }
  get startedAt(): number { return this.record.startedNs }
  get execId(): number { return this.record.execId }
  get comm(): string { return this.record.comm }
  get stackAt(): number { return this.record.stackAt }
}
