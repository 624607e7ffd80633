import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Attention } from './attention.ts'

test('a probe is watched from the first look until a while after the last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const said: string[] = []
  const attention = new Attention((probe, watched) => said.push(`${probe} ${watched}`))
  const first = attention.look(['a', 'b'])
  const second = attention.look(['a'])
  first()
  first()
  t.mock.timers.tick(10_000)
  assert.deepEqual(said, ['a true', 'b true', 'b false'])
  second()
  t.mock.timers.tick(2999)
  assert.deepEqual([...attention.watched], ['a'])
  const third = attention.look(['a'])
  t.mock.timers.tick(10_000)
  third()
  t.mock.timers.tick(3000)
  assert.deepEqual(said, ['a true', 'b true', 'b false', 'a false'])
  assert.deepEqual([...attention.watched], [])
})
