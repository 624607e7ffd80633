import { Label } from '../protocol.ts'

/** The methods `http.request.method` may name (RFC 9110 §9, PATCH of RFC 5789); all others are `_OTHER`. */
export const HEAD_METHOD = new Label('HEAD')
export const CONNECT_METHOD = new Label('CONNECT')
export const OTHER_METHOD = new Label('_OTHER')
const METHODS = [
  ...['GET', 'POST'].map((name) => new Label(name)), HEAD_METHOD,
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'].map((name) => new Label(name)), CONNECT_METHOD,
].map((label) => ({ label, name: Buffer.from(label.text, 'latin1') }))

/** The label of the method at [at, end), compared as it is: methods are case-sensitive. */
export function methodAt(bytes: Buffer, at: number, end: number): Label {
  for (let i = 0; i < METHODS.length; i++) {
    const { name, label } = METHODS[i]!
    if (name.length === end - at && stands(bytes, at, name)) return label
  }
  return OTHER_METHOD
}

function stands(bytes: Buffer, at: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false
  return true
}
