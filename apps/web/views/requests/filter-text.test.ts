import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilters } from './filter-text.ts'

const parsed = (text: string) => {
  const result = parseFilters(text)
  return 'complaint' in result ? result.complaint : result.filters.map(({ key, value, not }) => `${not ? '!' : ''}${key}=${value}`)
}

test('terms of every shape', () => {
  assert.deepEqual(parsed('status:5xx -method:GET peer!=nginx role=Server'), ['status=5xx', '!method=GET', '!peer=nginx', 'role=server'])
  assert.deepEqual(parsed('duration>400ms duration<=1.5s'), ['minDurationNs=400000000', 'maxDurationNs=1500000000'])
  assert.deepEqual(parsed('-link:exact'), ['!link=exact'])
  assert.deepEqual(parsed('path:"/a b\\"c"'), ['path=/a b"c'])
})

test('a path begins so, what is quoted is text', () => {
  assert.deepEqual(parsed('/checkout'), ['path=/checkout*'])
  assert.deepEqual(parsed('/checkout*'), ['path=/checkout*'])
  assert.deepEqual(parsed('"/checkout"'), ['q=/checkout'])
})

test('words and ids are free text, a URL is not a filter', () => {
  assert.deepEqual(parsed('card declined'), ['q=card declined'])
  assert.deepEqual(parsed('00f067aa0ba902b7'), ['q=00f067aa0ba902b7'])
  assert.deepEqual(parsed('id:00F067AA0BA902B7'), ['q=00f067aa0ba902b7'])
  assert.deepEqual(parsed('http://x/y'), ['q=http://x/y'])
  assert.deepEqual(parsed('   '), [])
})

test('what can’t be used is said', () => {
  assert.match(parsed('colour:red') as string, /no filter “colour”/)
  assert.match(parsed('status:ok') as string, /no status/)
  assert.match(parsed('status>400') as string, /has no order/)
  assert.match(parsed('duration:5ms') as string, /Compare durations/)
  assert.match(parsed('duration>soon') as string, /no duration/)
  assert.match(parsed('link:maybe') as string, /exact or unknown/)
  assert.match(parsed('pid:abc') as string, /no process id/)
})
