import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressesAhead } from './ahead.ts'

test('changes go on from the last one gone to, whatever the browser says meanwhile', () => {
  const ahead = new AddressesAhead()
  assert.equal(ahead.last('a=0'), 'a=0')
  ahead.goTo('a=1')
  ahead.goTo('a=2')
  ahead.drawn('a=1') // and Next puts it back
  assert.equal(ahead.last('a=1'), 'a=2')
  ahead.drawn('a=2')
  assert.equal(ahead.last('a=3'), 'a=3')
})

test('one that is never drawn, since a later one was, is not waited for', () => {
  const ahead = new AddressesAhead()
  for (const query of ['a=1', 'a=2', 'a=1', 'a=3']) ahead.goTo(query)
  ahead.drawn('a=3')
  assert.equal(ahead.last('a=9'), 'a=9')
})

test('what others go to ends it', () => {
  const ahead = new AddressesAhead()
  ahead.goTo('a=1')
  ahead.drawn('b=1')
  assert.equal(ahead.last('b=1'), 'b=1')
  ahead.goTo('a=1')
  ahead.forget()
  assert.equal(ahead.last(''), '')
  for (let i = 0; i < 1000; i++) ahead.goTo(`a=${i}`)
  assert.equal(ahead.last(''), 'a=999')
})
