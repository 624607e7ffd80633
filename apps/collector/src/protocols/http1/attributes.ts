import {
  HTTP_REQUEST_METHOD_ORIGINAL, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME, USER_AGENT_ORIGINAL,
} from '@sonde/shared/semconv'
import { Label } from '../protocol.ts'
import { Recent } from '../recent.ts'
import { equals, latin1 } from '../bytes.ts'
import type { Target } from './target.ts'
import type { RequestHead } from './request-head.ts'

/** Longest value kept of a field or of a method nobody knows. */
export const MAX_VALUE = 256

const known = new Recent<Label>(4_096)

/**
 * Attributes of requests as JSON, made once a combination. One of these a connection: a connection's requests mostly come
 * from one agent to one host, and then two comparisons find the label.
 */
export class Attributes {
  private host = ''
  private userAgent = ''
  private minor = -2
  private label: Label | undefined = undefined

  /** `methodOriginal` is '' for a method that has a name. */
  of(bytes: Buffer, head: RequestHead, target: Target, methodOriginal: string): Label {
    if (methodOriginal !== '' || target.authority !== '') return this.make(bytes, head, target, methodOriginal)
    if (
      this.label && this.minor === head.minor &&
      equals(bytes, head.hostAt, head.hostEnd, this.host) && equals(bytes, head.userAgentAt, head.userAgentEnd, this.userAgent)
    ) return this.label
    this.host = latin1(bytes, head.hostAt, head.hostEnd)
    this.userAgent = latin1(bytes, head.userAgentAt, head.userAgentEnd)
    this.minor = head.minor
    return (this.label = this.make(bytes, head, target, methodOriginal))
  }

  private make(bytes: Buffer, head: RequestHead, target: Target, methodOriginal: string): Label {
    const attributes: Record<string, string | number> = { [URL_SCHEME]: target.scheme }
    if (methodOriginal !== '') attributes[HTTP_REQUEST_METHOD_ORIGINAL] = methodOriginal.slice(0, MAX_VALUE)
    if (head.minor >= 0) attributes[NETWORK_PROTOCOL_VERSION] = `1.${head.minor}`
    addServer(attributes, (target.authority || latin1(bytes, head.hostAt, head.hostEnd)).slice(0, MAX_VALUE))
    if (head.userAgentEnd > head.userAgentAt) {
      attributes[USER_AGENT_ORIGINAL] = latin1(bytes, head.userAgentAt, Math.min(head.userAgentEnd, head.userAgentAt + MAX_VALUE))
    }
    const json = JSON.stringify(attributes)
    let label = known.get(json)
    if (!label) known.set(json, (label = new Label(json)))
    return label
  }
}

/** `example.org:8080`, `[::1]:80` → server.address and, if it was said, server.port. */
function addServer(attributes: Record<string, string | number>, authority: string): void {
  if (authority === '') return
  const parts = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(authority)
  const address = parts ? parts[1]!.replace(/^\[|\]$/g, '') : authority
  if (address !== '') attributes[SERVER_ADDRESS] = address
  if (parts?.[2] !== undefined) attributes[SERVER_PORT] = Number(parts[2])
}
