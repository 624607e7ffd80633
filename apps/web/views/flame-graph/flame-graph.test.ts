import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromRoot } from '../../charts/flame-merge.ts'
import { callTree } from '../../charts/flame-tree.ts'
import { folded, frame } from '../../charts/flame.cases.ts'
import { contextOf } from './context.ts'
import { described, lengthOf, placeOf, shareOf, sourceOf, timeOf } from './figures.ts'
import { labelOf, processesOf } from './whose.ts'

const MINUTE = 60_000

test('the timeline shows at least twice what is chosen, around it, and nothing after now', () => {
  const now = 1_000_000 * MINUTE
  assert.deepEqual(contextOf({ fromMs: now - 100 * MINUTE, toMs: now - 97 * MINUTE }, now), { fromMs: now - 106 * MINUTE, toMs: now - 91 * MINUTE }, '3 of 15 minutes, not 5: twice 3 is more')
  assert.deepEqual(contextOf({ fromMs: now - 2 * MINUTE, toMs: now }, now), { fromMs: now - 5 * MINUTE, toMs: now })
  assert.deepEqual(contextOf({ fromMs: now - 30 * 86_400_000, toMs: now }, now), { fromMs: now - 60 * 86_400_000, toMs: now })
  assert.equal(contextOf({ fromMs: 0, toMs: 1000 }, now).fromMs, 0)
  for (let length = 1; length < 1e9; length *= 3) {
    const chosen = { fromMs: now - 2 * length, toMs: now - length }
    const context = contextOf(chosen, now)
    assert.ok(context.fromMs <= chosen.fromMs && context.toMs >= chosen.toMs && context.toMs <= now + 1000, String(length))
    assert.ok(context.toMs - context.fromMs >= 2 * length - 2000)
  }
})

test('figures of a rectangle: samples, time, share of all, self, and where its name comes from', () => {
  const tree = callTree({ ...folded('main;parse 30\nmain 10'), frames: [frame('main'), frame('parse\u202e', { kind: 'jit', binary: '[jit]', file: '/srv/shop.js', line: 7, nameSource: 'perf-map' })] })
  const layout = fromRoot(tree)
  const whole = { sampleCount: 40, sampleNs: 20_000_000, rootLabel: 'shop' }
  assert.equal(described(layout, 2, whole), 'parse\\u202e: 30 samples, 600\u00a0ms, 75.0\u00a0%; self 30. jit, /srv/shop.js:7, [jit], name from the program’s own perf map')
  assert.equal(described(layout, 0, whole), 'shop: 40 samples, 800\u00a0ms, 100\u00a0%; self 0')
  assert.deepEqual([0, 45, 60, 96, 119.7, 900, 7200].map((seconds) => lengthOf(seconds).replaceAll('\u00a0', ' ')), ['0 s', '45 s', '1 min', '1 min 36 s', '2 min', '15 min', '2.00 h'])
  assert.equal(timeOf(3, { ...whole, sampleNs: 0 }), '3 samples')
  assert.equal(shareOf(0, { ...whole, sampleCount: 0 }), '–')
  assert.deepEqual([placeOf(frame('a')), placeOf(frame('a', { file: 'x.c' })), placeOf(frame('a', { file: 'x.c', line: 3 }))], ['', 'x.c', 'x.c:3'])
})

test('a frame without a name says why, and what to do about it', () => {
  const source = (name: string) => sourceOf(frame(name, { nameSource: 'none' }))
  assert.match(source('[compiled code without a map]'), /--perf-basic-prof --interpreted-frames-native-stack/)
  assert.match(source('[unknown]'), /frame pointers/)
  assert.match(source('[deeper than 127 frames]'), /not a function/)
  assert.equal(source('libssl.so.3+0x1234'), 'no name found: the binary and the offset in it')
  assert.equal(sourceOf(frame('[odd]')), 'name from the symbol table')
})

test('threads add up to processes, most samples first; pids of two hosts are two processes', () => {
  const thread = (host: string, pid: number, tid: number, sampleCount: number) => ({ host, service: 's', pid, tid, comm: 'c', sampleCount })
  assert.deepEqual(processesOf([thread('a', 1, 1, 5), thread('a', 2, 2, 8), thread('a', 1, 3, 4), thread('b', 1, 1, 1)]), [
    { host: 'a', service: 's', pid: 1, sampleCount: 9 }, { host: 'a', service: 's', pid: 2, sampleCount: 8 }, { host: 'b', service: 's', pid: 1, sampleCount: 1 },
  ])
})

test('the whole says whose it is: service, process, thread, CPU; of a process alone the service that its threads tell', () => {
  const nobody = { services: [], pids: [], tid: null, cpu: null }
  assert.equal(labelOf(nobody, [{ service: 'shop' }]), 'all services')
  assert.equal(labelOf({ ...nobody, services: ['shop', 'cart'] }, []), 'shop, cart')
  assert.equal(labelOf({ ...nobody, pids: ['4100'] }, [{ service: '' }, { service: 'shop' }]), 'shop 4100')
  assert.equal(labelOf({ ...nobody, pids: ['4100'] }, []), '4100')
  assert.equal(labelOf({ services: ['shop'], pids: ['4100'], tid: '4107', cpu: '0' }, []), 'shop 4100, thread 4107, CPU 0')
  assert.equal(labelOf({ ...nobody, cpu: '1' }, []), 'all services, CPU 1')
})
