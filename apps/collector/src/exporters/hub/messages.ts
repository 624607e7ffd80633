import { INGEST_PROTOCOL, type HubMessage } from '@sonde/shared/wire'

export { INGEST_PROTOCOL }

const PROBE = /^[a-z][a-z0-9_]{0,63}$/

/** A hub's message, or why it isn't one. What a hub sends is checked like any other input. */
export function parseHubMessage(text: string): HubMessage | { readonly error: string } {
  let message: Record<string, unknown>
  try {
    message = JSON.parse(text)
  } catch {
    return { error: 'a message that is not JSON' }
  }
  if (message === null || typeof message !== 'object') return { error: 'a message that is not an object' }
  const { type, committed, probe, enabled, watched, reason } = message
  switch (type) {
    case 'welcome':
    case 'ack':
      if (!Number.isSafeInteger(committed) || (committed as number) < 0) return { error: `${type} without a sequence number` }
      return { type, committed: committed as number }
    case 'control':
      if (typeof probe !== 'string' || !PROBE.test(probe) || typeof enabled !== 'boolean') return { error: 'control of nothing' }
      return { type, probe, enabled }
    case 'attention':
      if (typeof probe !== 'string' || !PROBE.test(probe) || typeof watched !== 'boolean') return { error: 'attention to nothing' }
      return { type, probe, watched }
    case 'refused':
      return { type, reason: printable(typeof reason === 'string' ? reason : 'no reason given') }
    default:
      return { error: 'a message of unknown type' }
  }
}

/** At most 200 characters, none of them a control character: it goes into logs and onto pages. */
export const printable = (text: string): string => text.slice(0, 200).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '\ufffd')
