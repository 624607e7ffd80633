import assert from 'node:assert/strict'
import { isIP, isIPv6 } from 'node:net'
import { test } from 'node:test'
import { addressText } from './address.ts'

function text(hex: string): string {
  return addressText(Buffer.from(`ffff${hex}`, 'hex'), 2)
}

test('IPv4-mapped addresses are written as IPv4', () => {
  assert.equal(text('00000000000000000000ffff7f000001'), '127.0.0.1')
  assert.equal(text('00000000000000000000ffffffffffff'), '255.255.255.255')
  assert.equal(text('00000000000000000000ffff00000000'), '0.0.0.0')
})

test('IPv6 is written as RFC 5952 section 4 says', () => {
  assert.equal(text('00000000000000000000000000000000'), '::')
  assert.equal(text('00000000000000000000000000000001'), '::1')
  assert.equal(text('20010db8000000000000000000000001'), '2001:db8::1')
  assert.equal(text('20010db8000000010001000100010001'), '2001:db8:0:1:1:1:1:1', 'one zero group is not shortened')
  assert.equal(text('20010db8000000000001000000000001'), '2001:db8::1:0:0:1', 'the first of two equal runs')
  assert.equal(text('20010000000000010000000000000001'), '2001:0:0:1::1', 'the longer run')
  assert.equal(text('fe800000000000000000000000000000'), 'fe80::')
  assert.equal(text('0001000200030004000500060007ABCD'), '1:2:3:4:5:6:7:abcd')
  assert.equal(text('00000000000000000000fffe7f000001'), '::fffe:7f00:1', 'not mapped')
})

test('every address is a valid one, also after the cache was emptied', () => {
  const bytes = Buffer.alloc(16)
  for (let n = 0; n < 40_000; n++) {
    bytes.writeUInt32BE(n * 2654435761 % 0x1_0000_0000, (n % 4) * 4)
    if (n % 3 === 0) bytes.writeUInt32BE(0, 8)
    assert.ok(isIPv6(addressText(bytes, 0)))
  }
  assert.equal(isIP(text('00000000000000000000ffff0a000001')), 4)
})
