import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Messages, RESPONSE } from '../protocol.ts'
import { skeleton } from './index.ts'

// SKELETON: a table of wire bytes as literals: whole, cut at every place, split over turns, hostile.
const cases: [name: string, request: string, response: string, found: unknown[]][] = [
  ['asked and answered', 'ASK x\n', '+yes\n', [1, 'ASK', 43, false, RESPONSE.unknown]],
  ['refused', 'ASK x\n', '-no\n', [1, 'ASK', 45, true, RESPONSE.unknown]],
  ['not answered', 'ASK x\n', '', [1, 'ASK', 0, false, RESPONSE.none]],
]
for (const [name, request, response, expected] of cases) {
  test(name, () => {
    const bytes = Buffer.from(request + response, 'latin1')
    const found = new Messages()
    skeleton.open('client').read({ bytes, requestAt: 0, requestPrefixEnd: request.length, responseAt: request.length, responsePrefixEnd: bytes.length, requestBytes: request.length, responseBytes: response.length, closed: false }, found)
    const message = found.at(0)
    assert.deepEqual([found.count, message.method.text, message.status, message.error, message.response], expected)
  })
}

test('other bytes are not this protocol’s', () => {
  const bytes = Buffer.from('GET / HTTP/1.1\r\n')
  const found = new Messages()
  skeleton.open('server').read({ bytes, requestAt: 0, requestPrefixEnd: bytes.length, responseAt: 0, responsePrefixEnd: 0, requestBytes: bytes.length, responseBytes: 0, closed: false }, found)
  assert.deepEqual([found.count, found.undecoded], [0, true])
})
