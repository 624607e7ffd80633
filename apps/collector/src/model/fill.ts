import type { ExchangeObserved } from '@sonde/shared/observation'
import type { BootNanoseconds } from '@sonde/shared/units'
import { withErrorType } from '../protocols/error-type.ts'
import { RESPONSE, type Message } from '../protocols/protocol.ts'
import type { Connection } from './connection.ts'
import type { Request } from './request.ts'

/** Makes `request` what a message of a turn says. */
export function fill(request: Request, connection: Connection, message: Message, e: ExchangeObserved): void {
  request.connection = connection
  request.process = connection.process
  request.pid = e.pid
  request.tid = e.tid
  request.turn = e.turn
  request.sequence = (e.requestSequence + message.offset) >>> 0
  request.srttUs = e.srttUs
  request.arrivedAt = e.requestArrivedAt
  request.readAt = e.requestReadAt
  request.endAt = e.requestEndAt
  request.responseStartAt = e.responseStartAt
  request.responseEndAt = e.responseEndAt
  request.requestBytes = message.requestBytes
  request.responseBytes = message.responseBytes
  request.responseBytesBefore = 0
  request.unanswered = false
  request.protocol = connection.protocol.label
  request.method = message.method
  request.target = message.target
  request.path = message.path
  request.traced = message.traced
  if (message.traced) {
    for (let i = 0; i < 4; i++) request.traceId[i] = message.traceId[i]!
    for (let i = 0; i < 2; i++) request.parentId[i] = message.parentId[i]!
  }
  answer(request, message, e.responseBytes)
}

/** The answer as far as a turn has it. */
function answer(request: Request, message: Message, turnBytes: number): void {
  request.response = message.response
  request.responseEnd = message.responseEnd
  request.responseBytesOfOthers = turnBytes - message.responseBytes
  request.status = message.status
  request.error = message.error
  request.attributes = message.attributes
}

/** A turn that goes on with the request: the rest of its body, the final answer after an interim one, or both. */
export function goOnWith(request: Request, message: Message, e: ExchangeObserved, last: boolean): void {
  const missing = request.responseEnd - request.responseBytesOfOthers - (request.responseBytes - request.responseBytesBefore)
  request.turn = e.turn
  request.requestBytes += message.requestBytes
  request.endAt = e.requestEndAt
  request.responseBytesBefore = request.responseBytes
  request.responseBytes += message.responseBytes
  if (e.responseEndAt !== 0) request.responseEndAt = e.responseEndAt
  if (message.response !== RESPONSE.none) {
    request.responseStartAt = e.responseStartAt
    return answer(request, message, e.responseBytes)
  }
  request.responseBytesOfOthers = 0
  if (request.response !== RESPONSE.open) return
  request.responseEnd = missing
  if (!last || message.responseBytes >= missing) request.response = RESPONSE.complete
}

/** An answer that began later in the turn than what was reported of it; `message` is what its first bytes say. */
export function answerAnew(request: Request, message: Message, e: ExchangeObserved): void {
  if (request.response === RESPONSE.none) request.responseBytesOfOthers = e.responseBytes
  request.responseStartAt = e.responseEndAt
  request.responseEndAt = e.responseEndAt
  request.response = message.response
  request.status = message.status
  request.error = message.error
  request.attributes = message.attributes
}

/** The turn's response has come to so many bytes in all. */
export function grow(request: Request, turnBytes: number, at: BootNanoseconds): void {
  const bytes = request.responseBytesBefore + Math.max(0, turnBytes - request.responseBytesOfOthers)
  if (bytes <= request.responseBytes) return
  request.responseBytes = bytes
  request.responseEndAt = at
}

/** The connection ended before the (final) answer: its end is the request's. */
export function unanswered(request: Request, at: BootNanoseconds): void {
  request.unanswered = true
  request.error = true
  request.attributes = withErrorType(request.attributes, 'connection_closed')
  request.responseEndAt = at
}
