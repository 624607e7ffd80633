import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api'
import { ExportResultCode, type ExportResult } from '@opentelemetry/core'

/** What became of one export. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** Not taken now; offering it again is right. */
  | { readonly kind: 'later'; readonly error: string }
  /** Never to be offered again. */
  | { readonly kind: 'refused'; readonly error: string }

/** gRPC codes after which OTLP says to try again (specification, "OTLP/gRPC Response", failures). */
const RETRYABLE_GRPC_CODES = new Set([1, 4, 8, 10, 11, 14, 15])

/** Offers something to an official exporter and waits for its answer. The exporter's own retries are over by then. */
export function exported(send: (done: (result: ExportResult) => void) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    try {
      send((result) => resolve(outcomeOf(result)))
    } catch (error) {
      resolve({ kind: 'refused', error: `cannot be encoded: ${sentence(error as Error)}` }) // would fail again
    }
  })
}

function outcomeOf(result: ExportResult): Outcome {
  if (result.code === ExportResultCode.SUCCESS) return { kind: 'sent' }
  const error = (result.error ?? new Error('no reason given')) as Error & { code?: unknown }
  return { kind: isRefusal(error.code) ? 'refused' : 'later', error: sentence(error) }
}

/** An error's words without control characters: it goes onto pages and into logs. Node's AggregateErrors have a code only. */
function sentence(error: Error & { code?: unknown }): string {
  const words = error.message || (typeof error.code === 'string' ? error.code : error.name)
  return words.slice(0, 200).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '\ufffd')
}

/** Only HTTP statuses that must not be retried come with a number (429, 502–504 come without one), and gRPC's codes. */
const isRefusal = (code: unknown): boolean => typeof code === 'number' && !RETRYABLE_GRPC_CODES.has(code)

export interface OtlpNotices {
  /** The receiver took an export but not all of it. */
  onRejected(signal: 'spans' | 'data points', count: number, reason: string): void
  /** The receiver asked to be left alone for longer than the exporter waits by itself. */
  onRetryAfter(delayMs: number): void
}

const PARTIAL_SUCCESS = 'Received Partial Success response:'
const RETRY_AFTER = /^Export retry time (\d+)ms exceeds/

/**
 * The official exporters tell of partial success and of long `Retry-After`s only through OpenTelemetry's diagnostic log;
 * this reads it. One listener a process. Returns what ends it.
 */
export function listenToDiagnostics(notices: OtlpNotices): () => void {
  const ignore = () => undefined
  const logger: DiagLogger = {
    error: ignore,
    debug: ignore,
    verbose: ignore,
    info(message) {
      const delay = RETRY_AFTER.exec(message)
      if (delay) notices.onRetryAfter(Number(delay[1]))
    },
    warn(message, ...details) {
      if (message === PARTIAL_SUCCESS) readPartialSuccess(String(details[0]), notices)
    },
  }
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true })
  return () => diag.disable()
}

function readPartialSuccess(json: string, notices: OtlpNotices): void {
  const { rejectedSpans, rejectedDataPoints, errorMessage } = JSON.parse(json) as Record<string, unknown>
  const reason = typeof errorMessage === 'string' ? errorMessage.slice(0, 200) : ''
  const spans = Number(rejectedSpans ?? 0)
  const points = Number(rejectedDataPoints ?? 0)
  if (spans > 0 || points === 0) notices.onRejected('spans', spans, reason)
  if (points > 0) notices.onRejected('data points', points, reason)
}
