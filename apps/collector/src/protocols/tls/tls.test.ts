import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Messages } from '../protocol.ts'
import { tls } from './index.ts'

const cases: [name: string, bytes: number[], confidence: number][] = [
  ['ClientHello', [0x16, 3, 1, 2, 0, 1], 2],
  ['TLS 1.2 record', [0x16, 3, 3, 2, 0, 1], 2],
  ['another record', [0x17, 3, 3, 0, 5], 0],
  ['no such version', [0x16, 3, 9], 0],
  ['too short to tell', [0x16, 3], 0],
  ['nothing', [], 0],
]
for (const [name, bytes, confidence] of cases) {
  test(`detect: ${name}`, () => {
    const record = Buffer.from([...bytes, 1, 1, 1]) // what follows is another's
    assert.equal(tls.detect(record, 0, bytes.length, bytes.length, bytes.length), confidence)
  })
}

test('a turn is a request of which nothing is known but bytes', () => {
  const found = new Messages()
  const bytes = Buffer.from([0x16, 3, 1])
  tls.open('client').read({ bytes, requestAt: 0, requestPrefixEnd: 3, responseAt: 3, responsePrefixEnd: 3, requestBytes: 517, responseBytes: 4_000, closed: false }, found)
  assert.deepEqual([found.count, found.at(0).requestBytes, found.at(0).responseBytes, found.at(0).method.text, found.at(0).attributes.text], [1, 517, 4_000, '', ''])
})
