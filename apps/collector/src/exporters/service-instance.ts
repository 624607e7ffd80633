import { createHash } from 'node:crypto'

/** `service.instance.id`: a UUID that is the same each time for one service on one host: all its workers are one instance. */
export function instanceId(hostId: string, service: string): string {
  const hex = createHash('sha256').update(`${hostId}\0${service}`).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
