export { attach, Kernel, type AttachOptions } from './attached-kernel.ts'
export { ProbeRefused, RecordLayoutError } from './load.ts'
