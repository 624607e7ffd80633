import { Sample } from '../bytes.ts'
import { Label } from '../protocol.ts'

/** The methods `http.request.method` may name (RFC 9110 §9, PATCH of RFC 5789); all others are `_OTHER`. */
export const HEAD_METHOD = new Label('HEAD')
export const CONNECT_METHOD = new Label('CONNECT')
export const OTHER_METHOD = new Label('_OTHER')
const METHODS = [
  ...['GET', 'POST'].map((name) => new Label(name)), HEAD_METHOD,
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((name) => new Label(name)), CONNECT_METHOD,
].map((label) => ({ label, name: Sample.of(label.text) }))

/** The label of the method at [at, end), compared as it is: methods are case-sensitive. */
export function methodAt(bytes: Buffer, at: number, end: number): Label {
  for (let i = 0; i < METHODS.length; i++) if (METHODS[i]!.name.equals(bytes, at, end)) return METHODS[i]!.label
  return OTHER_METHOD
}
