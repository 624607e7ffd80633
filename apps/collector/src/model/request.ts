import { EMPTY_LABEL, RESPONSE, type Label, type ResponseState } from '../protocols/protocol.ts'
import type { Connection } from './connection.ts'
import type { Process } from './process.ts'

/**
 * A request as one end of its connection saw it. Every connection has one that is filled anew for each request, so a
 * request costs no allocation unless it must wait for a name. Times are nanoseconds since boot, 0: not seen.
 */
export class Request {
  connection!: Connection
  process: Process | undefined = undefined
  pid = 0
  tid = 0
  turn = 0
  /** TCP sequence number of its own first byte: the same at both ends however the bytes were cut into turns. */
  sequence = 0
  srttUs = 0
  arrivedAt = 0
  readAt = 0
  endAt = 0
  responseStartAt = 0
  responseEndAt = 0
  requestBytes = 0
  responseBytes = 0
  status = 0
  error = false
  unanswered = false
  traced = false
  peerNamed = false
  peerWatched = false
  readonly traceId: [number, number, number, number] = [0, 0, 0, 0]
  readonly parentId: [number, number] = [0, 0]
  protocol: Label = EMPTY_LABEL
  method: Label = EMPTY_LABEL
  target: Label = EMPTY_LABEL
  path: Label = EMPTY_LABEL
  template: Label = EMPTY_LABEL
  attributes: Label = EMPTY_LABEL
  service: Label = EMPTY_LABEL
  peer: Label = EMPTY_LABEL
  comm: Label = EMPTY_LABEL
  /** State of its answer while it is held; see `turns.ts`. */
  response: ResponseState = RESPONSE.none
  /** Response bytes of its last turn at which it is complete. */
  responseEnd = Infinity
  /** Response bytes of earlier turns (interim answers), on which those of the last one stand. */
  responseBytesBefore = 0
  /** Bytes of the turn's response that belong to requests before it. */
  responseBytesOfOthers = 0

  /** Makes this a copy of `other`. */
  copy(other: Request): this {
    const { traceId, parentId } = this
    Object.assign(this, other)
    for (let i = 0; i < 4; i++) traceId[i] = other.traceId[i]!
    for (let i = 0; i < 2; i++) parentId[i] = other.parentId[i]!
    return Object.assign(this, { traceId, parentId })
  }
}
