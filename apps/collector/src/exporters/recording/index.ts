export { Recorder, type RecorderOptions, type RecordingSummary } from './recorder.ts'
export { readRecording, type RecordingEntry } from './read.ts'
export type { RecordedType, RecordingHeader } from './format.ts'
