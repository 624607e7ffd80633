import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PerfMap } from './perf-map.ts'

function mapOf(...lines: string[]): PerfMap {
  const map = new PerfMap()
  map.add(`${lines.join('\n')}\n`)
  return map
}

test('V8’s functions: name, file and line, whatever compiled them; its own code is the runtime’s', () => {
  const map = mapOf('1000 20 JS:~fib /app/x.js:3:13', "1020 20 JS:+'fib /app/x.js:3:13", '1040 10 JS:*', '1050 10 Builtin:ArrayMap', '1060 10 RegExp:a+b', '1070 10 LazyCompile:*work file:///app/m.mjs:7:1')
  const fib = { name: 'fib', binary: '[jit]', file: '/app/x.js', line: 3, kind: 'jit', nameSource: 'perf-map' }
  assert.deepEqual(map.find(0x1000), fib)
  assert.deepEqual(map.find(0x103f), fib)
  assert.equal(map.find(0x1040)!.name, '(anonymous)')
  assert.deepEqual([map.find(0x1055)!.name, map.find(0x1055)!.kind], ['Builtin:ArrayMap', 'runtime'])
  assert.equal(map.find(0x1060)!.kind, 'runtime')
  assert.deepEqual([map.find(0x1070)!.name, map.find(0x1070)!.file, map.find(0x1070)!.line], ['work', 'file:///app/m.mjs', 7])
  assert.equal(map.find(0xfff), undefined)
  assert.equal(map.find(0x1080), undefined)
})

test('CPython’s functions, and names as others write them', () => {
  const map = mapOf('0x7f00 0x10 py::Server.handle:/app/s.py', '7f10 8 Lcom/acme/Main;::run', '7f18 8 void [app] Program::Main(string[])[Optimized]')
  assert.deepEqual([map.find(0x7f00)!.name, map.find(0x7f00)!.file], ['Server.handle', '/app/s.py'])
  assert.equal(map.find(0x7f10)!.name, 'Lcom/acme/Main;::run')
  assert.equal(map.find(0x7f1f)!.name, 'void [app] Program::Main(string[])[Optimized]')
})

test('code moves: of lines that overlap the last one holds, and what it overlaps is gone', () => {
  const lines = ['1000 100 old', '1080 100 newer', '1000 10 newest']
  const filler = Array.from({ length: 3000 }, (_, i) => `${(0x100000 + i * 16).toString(16)} 10 f${i}`)
  for (const map of [mapOf(...lines), mapOf(...lines, ...filler)]) {
    assert.equal(map.find(0x1005)!.name, 'newest')
    assert.equal(map.find(0x1090)!.name, 'newer')
    assert.equal(map.find(0x1180), undefined)
  }
  assert.equal(mapOf(...lines, ...filler).find(0x100000 + 2999 * 16)!.name, 'f2999')
})

test('it is read as it grows, cut anywhere; what is no line is left out', () => {
  const text = 'rubbish\n1000 10 a b c\n\n-1 5 x\n2000 0 empty\nzzzz 10 x\n3000 10 \n4000 10 last\n5000 10 unfinished'
  for (let cut = 0; cut <= text.length; cut++) {
    const map = new PerfMap()
    map.add(text.slice(0, cut))
    map.add(text.slice(cut))
    assert.equal(map.find(0x1000)!.name, 'a b c')
    assert.equal(map.find(0x4000)!.name, 'last')
    assert.equal(map.find(0x5000), undefined)
    assert.equal(map.size, 2)
  }
})

test('it holds no more functions than it may, and counts the others', () => {
  const map = new PerfMap()
  map.add(Array.from({ length: 102_400 }, (_, i) => `${(i * 16 + 16).toString(16)} 10 f\n`).join(''))
  assert.equal(map.size, 100_000)
  assert.equal(map.dropped, 2400)
})
