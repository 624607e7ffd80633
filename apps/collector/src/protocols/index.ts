import { http1 } from './http1/index.ts'
import { tls } from './tls/index.ts'
import type { Protocol } from './protocol.ts'

export * from './protocol.ts'
export { tcp } from './opaque.ts'

/** Every protocol there is, one line each; the order breaks ties. */
export const protocols: readonly Protocol[] = [http1, tls]
