import { Label, type Confidence, type Protocol } from '../protocol.ts'
import { methodAt, OTHER_METHOD } from './method.ts'
import { Http1Reader } from './reader.ts'
import { HEAD, RequestHead } from './request-head.ts'
import { isStatusLine } from './response-head.ts'

const head = new RequestHead()

/** HTTP/1.0 and 1.1 (RFC 9112). */
export const http1: Protocol = {
  label: new Label('http'),
  decodes: true,
  detect,
  open: (role) => new Http1Reader(role),
}

function detect(bytes: Buffer, requestAt: number, requestEnd: number, responseAt: number, responseEnd: number): Confidence {
  if (isStatusLine(bytes, responseAt, responseEnd)) return 2
  let at = requestAt
  while (at < requestEnd && (bytes[at] === 13 || bytes[at] === 10)) at++
  if (at >= requestEnd) return 0
  const state = head.read(bytes, at, requestEnd)
  if (state >= HEAD.cut) return 2
  return state === HEAD.line && responseAt === responseEnd && methodAt(bytes, at, head.methodEnd) !== OTHER_METHOD ? 1 : 0
}
