import { equals } from '../bytes.ts'
import { Label } from '../protocol.ts'

/** The methods `http.request.method` may name (RFC 9110 §9, PATCH of RFC 5789); all others are `_OTHER`. */
export const HEAD_METHOD = new Label('HEAD')
export const CONNECT_METHOD = new Label('CONNECT')
export const OTHER_METHOD = new Label('_OTHER')
const METHODS = [new Label('GET'), new Label('POST'), HEAD_METHOD, ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((name) => new Label(name)), CONNECT_METHOD]

/** The label of the method at [at, end), compared as it is: methods are case-sensitive. */
export function methodAt(bytes: Buffer, at: number, end: number): Label {
  for (const method of METHODS) if (equals(bytes, at, end, method.text)) return method
  return OTHER_METHOD
}
