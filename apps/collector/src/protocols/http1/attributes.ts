import {
  HTTP_REQUEST_METHOD_ORIGINAL, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_SCHEME, USER_AGENT_ORIGINAL,
} from '@sonde/shared/semconv'
import { EMPTY_LABEL, Label } from '../protocol.ts'
import { Recent } from '../recent.ts'
import { latin1, Sample } from '../bytes.ts'
import type { Target } from './target.ts'
import type { RequestHead } from './request-head.ts'

/** Longest value kept of a field or of a method nobody knows. */
export const MAX_VALUE = 256

/** Who asks whom, and what that is in attributes. Shared by all connections: a copy of the bytes for each is a kilobyte each. */
interface Combination {
  readonly minor: number
  readonly host: Sample
  readonly userAgent: Sample
  readonly label: Label
}

const NOTHING = Sample.of('')
const NONE: Combination = { minor: -2, host: NOTHING, userAgent: NOTHING, label: EMPTY_LABEL }

const known = new Recent<Combination>(4_096)

/**
 * Attributes of a connection's requests as JSON, one label a combination. One agent asks one host mostly, so two
 * comparisons find the last label again; fields that come again have it with them.
 */
export class Attributes {
  private last = NONE

  /** `methodOriginal` is '' for a method that has a name. */
  of(bytes: Buffer, head: RequestHead, target: Target, methodOriginal: string): Label {
    const { fields, fieldsAt, minor } = head
    if (methodOriginal !== '' || target.authority !== '') return combinationOf(bytes, head, target, methodOriginal).label
    if (fields.attributes !== undefined && fields.attributesMinor === minor) return fields.attributes
    const hostAt = fieldsAt + fields.hostAt
    const hostEnd = fieldsAt + fields.hostEnd
    const userAgentAt = fieldsAt + fields.userAgentAt
    const userAgentEnd = fieldsAt + fields.userAgentEnd
    const { last } = this
    if (minor !== last.minor || !last.host.equals(bytes, hostAt, hostEnd) || !last.userAgent.equals(bytes, userAgentAt, userAgentEnd)) {
      this.last = combinationOf(bytes, head, target, methodOriginal)
    }
    fields.attributesMinor = minor
    return (fields.attributes = this.last.label)
  }
}

function combinationOf(bytes: Buffer, head: RequestHead, target: Target, methodOriginal: string): Combination {
  const { fields, fieldsAt } = head
  const host = target.authority || latin1(bytes, fieldsAt + fields.hostAt, fieldsAt + fields.hostEnd)
  const userAgent = latin1(bytes, fieldsAt + fields.userAgentAt, fieldsAt + Math.min(fields.userAgentEnd, fields.userAgentAt + MAX_VALUE))
  // The two texts can't run into each other: a host as captured has no line feed.
  const key = `${head.minor} ${target.scheme} ${methodOriginal} ${host}\n${userAgent}`
  let combination = known.get(key)
  if (!combination) {
    combination = {
      minor: head.minor,
      host: new Sample(bytes, fieldsAt + fields.hostAt, fieldsAt + fields.hostEnd),
      userAgent: new Sample(bytes, fieldsAt + fields.userAgentAt, fieldsAt + fields.userAgentEnd),
      label: new Label(toJson(head.minor, target.scheme, methodOriginal, host.slice(0, MAX_VALUE), userAgent)),
    }
    known.set(key, combination)
  }
  return combination
}

function toJson(minor: number, scheme: string, methodOriginal: string, host: string, userAgent: string): string {
  const attributes: Record<string, string | number> = { [URL_SCHEME]: scheme }
  if (methodOriginal !== '') attributes[HTTP_REQUEST_METHOD_ORIGINAL] = methodOriginal
  if (minor >= 0) attributes[NETWORK_PROTOCOL_VERSION] = `1.${minor}`
  addServer(attributes, host)
  if (userAgent !== '') attributes[USER_AGENT_ORIGINAL] = userAgent
  return JSON.stringify(attributes)
}

/** `example.org:8080`, `[::1]:80` → server.address and, if it was said, server.port. */
function addServer(attributes: Record<string, string | number>, authority: string): void {
  if (authority === '') return
  const parts = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(authority)
  const address = parts ? parts[1]!.replace(/^\[|\]$/g, '') : authority
  if (address !== '') attributes[SERVER_ADDRESS] = address
  if (parts?.[2] !== undefined) attributes[SERVER_PORT] = Number(parts[2])
}
