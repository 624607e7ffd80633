import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFull, listenerFilter, listenerRank, type Listener } from './listener.ts'
import { connectionKey, countsOf, failureGroups, isShown, openSeconds, selected, stateRank, stateWord, textFilter, triesLike, type Connection } from './model.ts'
import { storyOf } from './story.ts'

let next = 0
const connection = (more: Partial<Connection> = {}): Connection => ({
  id: (++next).toString(16).padStart(16, '0'), service: 'payments', peer: '198.51.100.40', role: 'client', local: '10.0.0.14:50918', remote: '198.51.100.40:8443', state: 'established',
  openedAt: '2026-11-22T14:03:51.000000000Z', closedAt: null, connectNs: 214_000, srttNs: null, retransmits: 0, bytesSent: 0, bytesReceived: 0, failure: null, host: 'h', pid: 7, protocol: 'http', undecoded: false,
  drops: 0, dropReason: null, resetBy: null, zeroWindow: null, windowLimitedNs: 0, bufferLimitedNs: 0, unreadNs: 0, unreadMostNs: 0, unreadBytes: 0, unackedBytes: 0, ...more,
})
const refused = (more: Partial<Connection> = {}) => connection({ state: 'failed', failure: 'refused', closedAt: '2026-11-22T14:03:51.000214000Z', ...more })
const closed = connection({ state: 'closed', closedAt: '2026-11-22T14:04:51.000000000Z' })
const reset = connection({ state: 'closed', failure: 'reset', closedAt: '2026-11-22T14:04:00.000000000Z', bytesSent: 8120 })
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('each connection is in one of open, closed, failed', () => {
  const all = [connection(), closed, refused(), reset]
  assert.deepEqual(countsOf(all), { open: 1, closed: 1, failed: 2 })
  for (const [shown, count] of [['all', 4], ['open', 1], ['closed', 1], ['failed', 2]] as const) assert.equal(all.filter((one) => isShown(one, shown)).length, count)
  assert.deepEqual(all.map(stateRank), [2, 3, 0, 0])
  assert.deepEqual(all.map(stateWord), ['established', 'closed', 'refused', 'reset'])
  assert.equal(stateWord(connection({ failure: 'timeout' })), 'timed out')
})

test('one whose end was not seen is closed, and says so', () => {
  const lost = connection({ state: 'lost', closedAt: '2026-11-22T14:04:51.000000000Z' })
  assert.deepEqual([stateWord(lost), isShown(lost, 'closed'), isShown(lost, 'open'), stateRank(lost)], ['end not seen', true, false, 3])
  assert.match(plain(storyOf(lost, [lost], 0)), /^Over after 1 min at most; its end was not seen, nor what it carried last\. The handshake took/)
})

test('the selection holds: any of the wanted, none of the excluded, what is of requests alone says nothing', () => {
  const all = [connection({ service: 'a', role: 'client' }), connection({ service: 'b', role: 'server' }), connection({ service: 'c', role: 'server', peer: 'x' })]
  const services = (...filters: string[]) => selected(all, filters.map((text) => { const [key, value] = text.replace('!', '').split('=') as [string, string]; return { key, value, not: text.startsWith('!') } })).map(({ service }) => service)
  assert.deepEqual(services('!service=a'), ['b', 'c'])
  assert.deepEqual(services('service=a', 'service=b'), ['a', 'b'])
  assert.deepEqual(services('role=server', '!peer=x'), ['b'])
  assert.deepEqual(services('status=200', 'q=y'), ['a', 'b', 'c'])
})

test('how long it was open', () => {
  assert.equal(openSeconds(closed, 0), 60)
  assert.equal(openSeconds(connection(), Date.parse('2026-11-22T14:03:55Z')), 4)
})

test('failures alike are counted together, most first', () => {
  const groups = failureGroups([refused(), closed, reset, refused({ openedAt: '2026-11-22T14:02:00.000000000Z' })])
  assert.deepEqual(groups.map(({ failure, count, firstAt }) => [failure, count, firstAt.slice(11, 19)]), [['refused', 2, '14:02:00'], ['reset', 1, '14:03:51']])
})

test('the filter: words, fields, states, and their opposite', () => {
  const all = [connection(), refused(), connection({ service: 'mailer', failure: 'timeout', state: 'failed' })]
  const kept = (text: string) => all.filter(textFilter(text)).length
  assert.deepEqual(['', 'mailer', '8443 payments', 'state:failed', '-state:failed', 'service:mail', 'state:timedout', 'state:timeout', 'nothing'].map(kept), [3, 1, 2, 2, 1, 1, 1, 1, 0])
})

test('the story of a failure says how often', () => {
  const all = [refused(), refused(), connection()]
  assert.equal(triesLike(all[0]!, all).length, 3)
  assert.match(plain(storyOf(all[0]!, all, 0)), /^Refused: the peer answered SYN with RST after 214 µs\. 2 of 3 attempts since \d\d:\d\d:51\.$/)
  assert.equal(plain(storyOf(refused(), [], 0)), 'Refused: the peer answered SYN with RST after 214 µs.')
  assert.match(plain(storyOf(reset, [reset], 0)), /^Reset: one end broke it off with RST after 9\.00 s\. It had sent 8\.12 kB and received 0 B\.$/)
})

test('the story of one that lives', () => {
  assert.equal(plain(storyOf(connection({ connectNs: null, undecoded: true, retransmits: 2 }), [], Date.parse('2026-11-22T14:04:51Z'))), 'Open for 1 min. It was there before Sonde, or its handshake wasn’t seen; 2 segments were sent again. Its bytes are counted, not read: no protocol known here.')
})

test('keys are of host, id and time', () => {
  assert.notEqual(connectionKey(connection({ host: 'a', id: '1' })), connectionKey(connection({ host: 'b', id: '1' })))
})

test('an open connection that is held up says by what, and comes before those that are not', () => {
  const stuck = connection({ unreadNs: 6e9, unreadBytes: 4096, zeroWindow: 'local' })
  const waiting = connection({ zeroWindow: 'remote', unackedBytes: 65_536, windowLimitedNs: 2e9 })
  assert.deepEqual([stuck, waiting, connection({ unreadNs: 1e9 }), connection({ closedAt: '2026-11-22T14:04:51.000000000Z', zeroWindow: 'remote' })].map((one) => [stateWord(one), stateRank(one)]), [
    ['not reading', 1], ['zero window', 1], ['established', 2], ['established', 3],
  ])
  assert.match(plain(storyOf(stuck, [], 0)), /4.10 kB have lain unread for 6.00 s at least: .* isn’t reading\./)
  assert.match(plain(storyOf(waiting, [], 0)), /The peer takes nothing more \(zero window\); 65.5 kB wait here\. In all it waited 2.00 s for the peer’s window\./)
})

test('who reset it, and what this host itself dropped, is said', () => {
  assert.equal(stateWord(connection({ failure: 'reset', resetBy: 'remote' })), 'reset by peer')
  assert.match(plain(storyOf(connection({ failure: 'reset', state: 'closed', resetBy: 'local' }), [], 0)), /^Reset: this end broke it off with RST/)
  assert.match(plain(storyOf(connection({ failure: 'timeout', state: 'failed', drops: 3, dropReason: 'NETFILTER_DROP' }), [], 0)), /This host dropped 3 of its segments \(a firewall rule, NETFILTER_DROP\)\./)
})

test('listeners: those that turned connections away first, then full ones', () => {
  const listener = (more: Partial<Listener>): Listener => ({ id: '1', service: 'shop', local: '[::]:80', openedAt: '', closedAt: null, queueLength: 0, queueLimit: 128, longestQueue: 0, halfOpen: 0, drops: 0, pid: 7, host: 'h', ...more })
  const [idle, busy, full, away] = [listener({}), listener({ longestQueue: 9 }), listener({ queueLength: 129, longestQueue: 129 }), listener({ drops: 1 })]
  assert.deepEqual([idle, full, away, busy].toSorted((a, b) => listenerRank(b) - listenerRank(a)), [away, full, busy, idle])
  assert.deepEqual([idle, full, listener({ queueLimit: 0 })].map(isFull), [false, true, false])
  assert.deepEqual([idle].filter(listenerFilter('shop 80')).length + [idle].filter(listenerFilter('shop 81')).length, 1)
})
