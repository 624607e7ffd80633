import { Label } from '../protocol.ts'

/** The methods `http.request.method` may name (RFC 9110 §9, PATCH of RFC 5789); all others are `_OTHER`. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'].map((name) => new Label(name))
export const OTHER_METHOD = new Label('_OTHER')

/** The label of the method at [at, end), compared as it is: methods are case-sensitive. */
export function methodAt(text: string, at: number, end: number): Label {
  for (const method of METHODS) {
    if (method.text.length === end - at && text.startsWith(method.text, at)) return method
  }
  return OTHER_METHOD
}
