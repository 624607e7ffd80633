import { Label, type Confidence, type Protocol } from '../protocol.ts'
import { latin1 } from '../bytes.ts'
import { methodAt, OTHER_METHOD } from './method.ts'
import { Http1Reader } from './reader.ts'
import { HEAD, RequestHead } from './request-head.ts'
import { isStatusLine } from './response-head.ts'

const head = new RequestHead()
/** More than any status line's beginning and, with it, most request lines: all that detecting looks at. */
const LOOK_AT = 1_024

/** HTTP/1.0 and 1.1 (RFC 9112). */
export const http1: Protocol = {
  label: new Label('http'),
  decodes: true,
  detect,
  open: (role) => new Http1Reader(role),
}

function detect(bytes: Buffer, requestAt: number, requestEnd: number, responseAt: number, responseEnd: number): Confidence {
  const answer = responseEnd > responseAt ? latin1(bytes, responseAt, Math.min(responseEnd, responseAt + 16)) : ''
  if (isStatusLine(answer, 0)) return 2
  if (requestEnd <= requestAt) return 0
  const text = latin1(bytes, requestAt, Math.min(requestEnd, requestAt + LOOK_AT))
  const at = text.search(/[^\r\n]/)
  if (at < 0) return 0
  const state = head.read(text, at)
  if (state >= HEAD.cut) return 2
  if (state === HEAD.line && answer === '' && methodAt(text, at, head.methodEnd) !== OTHER_METHOD) return 1
  return 0
}
