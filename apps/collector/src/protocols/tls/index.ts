import { opaque } from '../opaque.ts'

const HANDSHAKE = 0x16
const MAJOR_VERSION = 3

/** TLS, told by its first record: a handshake of version 3.x (RFC 8446 §5.1). What it carries isn't read here. */
export const tls = opaque('tls', (bytes, requestAt, requestEnd) =>
  requestEnd - requestAt >= 3 && bytes[requestAt] === HANDSHAKE && bytes[requestAt + 1] === MAJOR_VERSION && bytes[requestAt + 2]! <= 4 ? 2 : 0,
)
