import { Messages, type Message, type Role, type Turn, type TurnReader } from '../protocol.ts'

export interface TurnText {
  readonly request?: string
  readonly response?: string
  /** All bytes of a direction, if more than the text. */
  readonly requestBytes?: number
  readonly responseBytes?: number
  readonly requestPrefix?: number
  readonly responsePrefix?: number
  readonly closed?: boolean
}

/** A turn made of text, a character a byte, cut as the kernel cuts it (1,024 and 256 bytes) unless said otherwise. */
export function turnOf(text: TurnText): Turn {
  const request = Buffer.from(text.request ?? '', 'latin1')
  const response = Buffer.from(text.response ?? '', 'latin1')
  const seen = Math.min(request.length, text.requestPrefix ?? 1_024)
  const answered = Math.min(response.length, text.responsePrefix ?? 256)
  // What stands around a record must not be read: it would make other results.
  const before = Buffer.from('GET /before HTTP/1.1\r\n\r\n')
  const bytes = Buffer.concat([before, request.subarray(0, seen), response.subarray(0, answered), Buffer.from('HTTP/1.1 999 After\r\n\r\n')])
  const requestPrefixEnd = before.length + seen
  return {
    bytes, requestAt: before.length, requestPrefixEnd, responseAt: requestPrefixEnd, responsePrefixEnd: requestPrefixEnd + answered,
    requestBytes: text.requestBytes ?? request.length, responseBytes: text.responseBytes ?? response.length, closed: text.closed ?? false,
  }
}

const STATES = ['none', 'interim', 'open', 'unknown', 'complete'] as const

/** What a reader finds in a turn, a line a request: `GET /a 200 complete`, and how bytes are shared out: `18→40`. */
export function readTurn(reader: TurnReader, text: TurnText): string[] {
  const found = new Messages()
  reader.read(turnOf(text), found)
  const lines: string[] = []
  for (let i = 0; i < found.count; i++) lines.push(line(found.at(i)))
  if (found.beyondPrefix > 0) lines.push(`beyond ${found.beyondPrefix}`)
  if (found.undecoded) lines.push('undecoded')
  if (found.ended) lines.push('ended')
  return lines
}

function line(m: Message): string {
  const what = m.continues ? '…' : `${m.method.text} ${m.target.text}`
  return `${what} ${m.status} ${STATES[m.response]} ${m.requestBytes}→${m.responseBytes}`
}

/** The one request of a turn, whole. */
export function readOne(open: (role: Role) => TurnReader, text: TurnText, role: Role = 'server'): Message {
  const found = new Messages()
  open(role).read(turnOf(text), found)
  if (found.count !== 1) throw new Error(`${found.count} requests`)
  return found.at(0)
}
