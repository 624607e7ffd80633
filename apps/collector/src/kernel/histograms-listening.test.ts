import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Listening, type ListeningOptions } from './histograms-listening.ts'

function listening(t: TestContext, policy: ListeningOptions['policy'], random = 0.5) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const said: string[] = []
  let ms = 0
  const one = new Listening({
    policy, random: () => random, now: () => ms * 1e6,
    attach: () => { said.push(`${ms} attach`); return true },
    detach: () => said.push(`${ms} detach`),
    setWindow: (window) => said.push(`${ms} window ${window}`),
    read: (at, interval, observed) => said.push(`${at / 1e6} told ${observed / 1e6} of ${interval / 1e6}`),
  })
  t.after(() => one.end())
  const pass = (by: number) => { for (let i = 0; i < by; i += 100) { ms += 100; t.mock.timers.tick(100) } }
  const take = () => said.splice(0)
  return { one, pass, take }
}

const duty = { forMs: 1000, everyMs: 10_000 }

test('a dear probe listens a second at once, then one in every ten, and is detached between', (t) => {
  const { pass, take } = listening(t, duty)
  pass(20_000)
  assert.deepEqual(take(), ['0 window 1', '1000 window 0', '1000 detach', '10000 told 1000 of 10000', '14500 attach', '14500 window 2', '15500 window 0', '15500 detach', '20000 told 1000 of 10000'])
})

test('while somebody looks it listens all the time; intervals have no gap and no overlap', (t) => {
  const { one, pass, take } = listening(t, duty)
  pass(12_000)
  take()
  one.attend('watched')
  pass(2000)
  one.attend('idle')
  pass(6000)
  assert.deepEqual(take(), ['12000 attach', '12000 window 2', '13000 told 1000 of 3000', '14000 told 1000 of 1000', '14000 window 0', '14000 detach', '18500 attach', '18500 window 3', '19500 window 0', '19500 detach'])
  pass(4000)
  assert.deepEqual(take(), ['24000 told 1000 of 10000'])
})

test('one that always listens tells every five seconds, and every second while somebody looks', (t) => {
  const { one, pass, take } = listening(t, 'always')
  pass(10_000)
  one.attend('watched')
  pass(1000)
  assert.deepEqual(take(), ['0 window 1', '5000 told 5000 of 5000', '10000 told 5000 of 5000', '11000 told 1000 of 1000'])
})

test('what was heard before the end is told, and nothing after it', (t) => {
  const { one, pass, take } = listening(t, duty)
  pass(500)
  one.end()
  pass(30_000)
  assert.deepEqual(take(), ['0 window 1', '500 told 500 of 500', '500 window 0'])
})

test('it listens for as long as its cost is measured, also beyond its own window', (t) => {
  const { one, pass, take } = listening(t, duty)
  pass(900)
  one.listenFor(2000)
  pass(3000)
  assert.deepEqual(take(), ['0 window 1', '2900 window 0', '2900 detach'])
  one.listenFor(500)
  pass(1000)
  assert.deepEqual(take(), ['3900 attach', '3900 window 2', '4400 window 0', '4400 detach'])
})

test('a window that cannot be opened is left out, and its interval goes on', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told: number[] = []
  let ms = 0
  let refuses = true
  const one = new Listening({ policy: duty, random: () => 0, now: () => ms * 1e6, attach: () => !refuses, detach: () => {}, setWindow: () => {}, read: (_at, interval) => told.push(interval / 1e6) })
  t.after(() => one.end())
  for (let i = 0; i < 300; i++) {
    if (i === 250) refuses = false
    ms += 100
    t.mock.timers.tick(100)
  }
  assert.deepEqual(told, [10_000], 'the first; the second and third interval were heard of nothing')
})
