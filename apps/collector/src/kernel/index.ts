export { attach, Kernel, type AttachOptions, type Examined } from './attached-kernel.ts'
export type { ClockStep } from './clock.ts'
export { ProbeRefused, RecordLayoutError, verifierLines } from './load.ts'
export { OwnProcesses } from './own-processes.ts'
