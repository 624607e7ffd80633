import { Label, RESPONSE, type Messages, type Protocol, type Turn, type TurnReader } from './protocol.ts'

/** Each turn is one request of which nothing is known but bytes and times. */
class OpaqueReader implements TurnReader {
  read(turn: Turn, found: Messages): void {
    const message = found.add()
    if (!message) return
    message.requestBytes = turn.requestBytes
    message.responseBytes = turn.responseBytes
    message.response = turn.responseBytes > 0 ? RESPONSE.unknown : RESPONSE.none
  }

  readAnswer(): void {
    // A turn is one request, and that was answered when the turn was reported.
  }
}

const reader = new OpaqueReader()

/** A protocol that is recognised by `detect` and whose turns aren't read. It keeps nothing, so all share one reader. */
export function opaque(name: string, detect: Protocol['detect']): Protocol {
  const label = new Label(name)
  return { label, decodes: false, detect, open: () => reader }
}

/** What a connection speaks until something better is known. */
export const tcp: Protocol = opaque('tcp', () => 0)
