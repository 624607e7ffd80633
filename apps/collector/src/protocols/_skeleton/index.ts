import { latin1 } from '../bytes.ts'
import { Label, RESPONSE, type Confidence, type Messages, type Protocol, type Role, type Turn, type TurnReader } from '../protocol.ts'

/** SKELETON: name the protocol and its document. Then add it to ../index.ts. */
export const skeleton: Protocol = {
  label: new Label('skeleton'), // SKELETON: `network.protocol.name`
  decodes: true,
  detect,
  open: (role) => new SkeletonReader(role),
}

/** SKELETON: what surely tells this protocol's first bytes from any other's. Here: a line `ASK word`. */
function detect(bytes: Buffer, requestAt: number, requestEnd: number): Confidence {
  return requestEnd - requestAt > 4 && latin1(bytes, requestAt, requestAt + 4) === 'ASK ' ? 2 : 0
}

const ASK = new Label('ASK')

class SkeletonReader implements TurnReader {
  private readonly role: Role

  constructor(role: Role) {
    this.role = role
  }

  /** SKELETON: a message for each request of the turn, with its answer as far as it is seen. */
  read(turn: Turn, found: Messages): void {
    if (detect(turn.bytes, turn.requestAt, turn.requestPrefixEnd) === 0) {
      found.undecoded = true
      return
    }
    const message = found.add()
    if (!message) return
    message.method = ASK
    message.requestBytes = turn.requestBytes
    this.answer(turn, found)
  }

  /** SKELETON: for protocols that are pipelined; see protocol.ts. */
  readAnswer(turn: Turn, found: Messages): void {
    this.answer(turn, found)
  }

  private answer(turn: Turn, found: Messages): void {
    const message = found.at(0)
    const answered = turn.responsePrefixEnd > turn.responseAt
    message.responseBytes = turn.responseBytes
    message.response = answered ? RESPONSE.unknown : RESPONSE.none
    // SKELETON: status and error rule by role, in OpenTelemetry's sense.
    message.status = answered ? turn.bytes[turn.responseAt]! : 0
    message.error = answered && this.role === 'client' && message.status !== 43 // '+'
  }
}
