export { ProfileStream, type ProfileStreamOptions } from './profiles.ts'
export { createStreams, MAX_BATCH_ROWS, WINDOW_NS, type BatchMode, type Streams, type StreamsOptions } from './streams.ts'
