import { grouped, sentence, duration, bytes } from '../../ui/format.ts'
import { age, clock } from '../../ui/time.ts'
import { dropWords } from './drop-words.ts'
import { isFailed, isOpen, openSeconds, triesLike, type Connection } from './model.ts'

/** What happened to a connection, in sentences; `all` are those of the range, for how often it happened. */
export function storyOf(connection: Connection, all: readonly Connection[], nowMs: number): string {
  if (!isFailed(connection)) return livingStory(connection, nowMs)
  const like = triesLike(connection, all)
  const failed = like.filter((other) => other.failure === connection.failure)
  const first = failed.reduce((least, other) => (other.openedAt < least ? other.openedAt : least), connection.openedAt)
  const often = failed.length > 1 ? ` ${grouped(failed.length)} of ${grouped(like.length)} ${connection.role === 'client' ? 'attempts' : 'connections'} since ${clock(Date.parse(first))}.` : ` The only one of ${grouped(like.length)} in this range.`
  return failureSentence(connection) + dropSentence(connection) + (like.length > 1 ? often : '')
}

/** This host threw away what should have gone out or come in: then the network isn't to blame. */
function dropSentence({ drops, dropReason }: Connection): string {
  if (drops === 0) return ''
  return ` This host dropped ${grouped(drops)} of its segments${dropReason === null ? '' : ` (${dropWords(dropReason)})`}.`
}

function resetter({ resetBy, remote }: Connection): string {
  switch (resetBy) {
    case 'local': return 'this end'
    case 'remote': return remote
    case 'both': return 'each end'
    default: return 'one end'
  }
}

/** What holds an open connection up, or did. */
function strainSentence(connection: Connection): string {
  const parts: string[] = []
  if (connection.unreadBytes > 0 && connection.unreadNs > 0) parts.push(`${sentence(bytes(connection.unreadBytes))} have lain unread for ${sentence(duration(connection.unreadNs))} at least: ${connection.service} isn’t reading.`)
  else if (connection.unreadMostNs > 0) parts.push(`Received bytes once lay unread for ${sentence(duration(connection.unreadMostNs))} at least.`)
  if (connection.zeroWindow === 'remote' || connection.zeroWindow === 'both') parts.push(`The peer takes nothing more (zero window); ${sentence(bytes(connection.unackedBytes))} wait here.`)
  if ((connection.windowLimitedNs ?? 0) > 0) parts.push(`In all it waited ${sentence(duration(connection.windowLimitedNs))} for the peer’s window.`)
  if ((connection.bufferLimitedNs ?? 0) > 0) parts.push(`Its send buffer was too small for ${sentence(duration(connection.bufferLimitedNs))}.`)
  return parts.map((part) => ` ${part}`).join('')
}

function failureSentence(connection: Connection): string {
  const took = connection.connectNs === null ? tookUntilEnd(connection) : ` after ${sentence(duration(connection.connectNs))}`
  const carried = `It had sent ${sentence(bytes(connection.bytesSent))} and received ${sentence(bytes(connection.bytesReceived))}.`
  switch (connection.failure) {
    case 'refused': return `Refused: the peer answered SYN with RST${took}.`
    case 'timeout': return connection.state === 'failed' ? `Timed out: nobody answered SYN${took}; sent again ${grouped(connection.retransmits)} ${connection.retransmits === 1 ? 'time' : 'times'}.` : `Timed out: the peer stopped answering${tookUntilEnd(connection)}. ${carried}`
    case 'reset': return `Reset: ${resetter(connection)} broke it off with RST${tookUntilEnd(connection)}. ${carried}`
    case 'unreachable': return `Unreachable: the network said there is no way to ${connection.remote}${took}.`
    case 'aborted': return `Aborted: this end gave up${tookUntilEnd(connection)}. ${carried}`
    default: return `Failed${connection.failure === null ? '' : `: ${connection.failure}`}${took}.`
  }
}

function tookUntilEnd(connection: Connection): string {
  if (connection.closedAt === null) return ''
  const ms = Date.parse(connection.closedAt) - Date.parse(connection.openedAt)
  return ms < 1 ? '' : ` after ${sentence(duration(ms * 1e6))}`
}

function livingStory(connection: Connection, nowMs: number): string {
  const long = age(openSeconds(connection, nowMs))
  const begun = connection.connectNs === null ? `It was there before Sonde, or its handshake wasn’t seen` : `The handshake took ${sentence(duration(connection.connectNs))}`
  const lost = connection.retransmits === 0 ? 'nothing was sent twice' : `${grouped(connection.retransmits)} segments were sent again`
  // A record that found no room in the ring buffer; a walk over all sockets then didn't find it.
  const state = connection.state === 'lost' ? `Over after ${long} at most; its end was not seen, nor what it carried last` : isOpen(connection) ? `Open for ${long}` : `Closed after ${long}`
  return `${state}. ${begun}; ${lost}.${connection.undecoded ? ' Its bytes are counted, not read: no protocol known here.' : ''}${strainSentence(connection)}${dropSentence(connection)}`
}
