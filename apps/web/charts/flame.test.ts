import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyTarget, rowsSeen } from './flame-keys.ts'
import { nodeAt, nodeKey, nodeOf, pathTo, rowCount, rowOf } from './flame-layout.ts'
import { calleesOf, callersOf, fromRoot, reversed, through } from './flame-merge.ts'
import { matchedIn, matchesOf, parseSearch } from './flame-search.ts'
import { functionTotals } from './flame-totals.ts'
import { callTree, functionAt, functionKey, wideTree } from './flame-tree.ts'
import { moved, scaled, showing, stretchOf, WHOLE } from './flame-view.ts'
import { VisibleSearch } from './flame-visible.ts'
import { drawn, folded, frame, randomStacks, stacksOf, summed, wrongIn } from './flame.cases.ts'

const SHOP = `
  main;handle;parse 10
  main;handle;query;send 30
  main;handle;query 5
  main;idle 5
  worker;query;send 20
  worker;query;wait 30`
const shop = callTree(folded(SHOP))
const named = (name: string, tree = shop) => tree.functions.findIndex((one) => one.name === name)

test('from the root: callers above, widest first, self at the right', () => {
  assert.deepEqual(drawn(fromRoot(shop)), [
    'all@0+100/0', 'main@0+50/0 worker@50+50/0', 'handle@0+45/0 idle@45+5/5 query@50+50/0', 'query@0+35/5 parse@35+10/10 wait@50+30/30 send@80+20/20', 'send@0+30/30',
  ])
})

test('reversed: what ran above what called it', () => {
  assert.deepEqual(drawn(reversed(shop)), [
    'all@0+100/0',
    'send@0+50/0 wait@50+30/0 parse@80+10/0 idle@90+5/0 query@95+5/0',
    'query@0+50/0 query@50+30/0 handle@80+10/0 main@90+5/5 handle@95+5/0',
    'handle@0+30/0 worker@30+20/20 worker@50+30/30 main@80+10/10 main@95+5/5',
    'main@0+30/30',
  ])
})

test('sandwich: all callers and all callees of a function, equally wide', () => {
  assert.deepEqual(drawn(calleesOf(shop, named('query'))), ['query@0+85/5', 'send@0+50/50 wait@50+30/30'])
  assert.deepEqual(drawn(callersOf(shop, named('query'))), ['query@0+85/0', 'worker@0+50/50 handle@50+35/0', 'main@50+35/35'])
})

test('a function that calls itself counts each sample once', () => {
  const tree = callTree(folded('main;f;f;g 4\nmain;f 1\nf;h;f 2'))
  assert.deepEqual(drawn(calleesOf(tree, named('f', tree))), ['f@0+7/1', 'f@0+4/0 h@4+2/0', 'g@0+4/4 f@4+2/2'])
  assert.deepEqual(drawn(callersOf(tree, named('f', tree))), ['f@0+7/2', 'main@0+5/5'])
  assert.deepEqual(functionTotals(tree).map(({ index, self, total }) => [tree.functions[index]!.name, self, total]), [['g', 4, 4], ['f', 3, 7], ['main', 0, 5], ['h', 0, 2]])
})

test('focus shows only stacks that have the function', () => {
  const kept = through(shop, named('handle'))
  assert.deepEqual(drawn(fromRoot(shop, kept)), ['all@0+45/0', 'main@0+45/0', 'handle@0+45/0', 'query@0+35/5 parse@35+10/10', 'send@0+30/30'])
  assert.deepEqual(drawn(reversed(shop, kept))[1], 'send@0+30/0 parse@30+10/0 query@40+5/0')
})

test('lines of one function are one function; brothers that are one are one rectangle', () => {
  const tree = callTree(stacksOf([frame('main'), frame('f', { file: 'f.c', line: 1 }), frame('f', { file: 'f.c', line: 9 }), frame('f', { binary: '/lib/other' })], [{ frame: 0, parent: -1, self: 0 }, { frame: 1, parent: 0, self: 2 }, { frame: 2, parent: 0, self: 3 }, { frame: 3, parent: 0, self: 4 }]))
  assert.deepEqual(drawn(fromRoot(tree)), ['all@0+9/0', 'main@0+9/0', 'f@0+5/5 f@5+4/4'])
})

test('nodes that point nowhere are roots and counted; nothing loops', () => {
  const broken = callTree(stacksOf([frame('a')], [{ frame: 0, parent: 0, self: 1 }, { frame: 7, parent: 5, self: 2 }, { frame: -1, parent: -9, self: 4 }, { frame: 0, parent: 1, self: Number.NaN }]))
  assert.equal(broken.brokenNodes, 3)
  assert.equal(broken.sampleCount, 7)
  assert.deepEqual(drawn(fromRoot(broken)), ['all@0+7/0', '[broken frame]@0+6/6 a@6+1/1'])
})

test('nothing sampled is one empty rectangle', () => {
  const none = callTree(stacksOf([], []))
  for (const layout of [fromRoot(none), reversed(none)]) {
    assert.deepEqual(drawn(layout), ['all@0+0/0'])
    assert.equal(new VisibleSearch().find(layout, { from: 0, to: 0, widthPx: 1000, firstRow: 0, endRow: 10 }).count, 0)
  }
  assert.deepEqual(functionTotals(none), [])
  assert.deepEqual(stretchOf(fromRoot(none), 0), WHOLE)
})

test('whatever the stacks: widths add up, children lie inside, keys differ, totals are the samples', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const tree = callTree(randomStacks(400, seed * 7, seed))
    const samples = tree.selfOf.reduce((sum, self) => sum + self, 0)
    for (const layout of [fromRoot(tree), reversed(tree)]) {
      assert.deepEqual(wrongIn(layout), [])
      assert.equal(layout.total[0], samples)
    }
    for (const { index, total, self } of functionTotals(tree).slice(0, 15)) {
      const [callees, callers] = [calleesOf(tree, index), callersOf(tree, index)]
      assert.deepEqual([...wrongIn(callees), ...wrongIn(callers)], [])
      assert.deepEqual([callees.total[0], callers.total[0]], [total, total])
      assert.equal(fromRoot(tree, through(tree, index)).total[0], total)
      assert.ok(self <= total)
    }
    assert.equal(functionTotals(tree).reduce((sum, { self }) => sum + self, 0), samples)
  }
})

test('a stack 20,000 deep overflows nothing', () => {
  const depth = 20_000
  const nodes = Array.from({ length: depth }, (_, at) => ({ frame: at % 3, parent: at - 1, self: at === depth - 1 ? 1 : 0 }))
  const tree = callTree(stacksOf([frame('a'), frame('b'), frame('c')], nodes))
  for (const layout of [fromRoot(tree), reversed(tree)]) assert.deepEqual([rowCount(layout), layout.count], [depth + 1, depth + 1])
  assert.equal(rowCount(calleesOf(tree, 0)), depth)
  assert.equal(rowCount(callersOf(tree, 0)), 1)
  assert.deepEqual(functionTotals(tree).map(({ total }) => total), [1, 1, 1])
  assert.equal(pathTo(fromRoot(tree), depth).length, depth + 1)
})

test('what is wide is drawn where it stands among all, and is the same rectangle', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const stacks = summed(fromRoot(callTree(randomStacks(2000, 60, seed))))
    const whole = fromRoot(callTree(stacks))
    const least = Math.ceil(stacks.sampleCount / 250)
    const wide = fromRoot(wideTree(stacks, least))
    assert.equal(wide.total[0], whole.total[0])
    const view = { from: 0, to: whole.total[0]!, widthPx: 100, firstRow: 0, endRow: 1000 } // 0.4 px
    const seen = (layout: typeof whole) => {
      const { count, node, leftPx, rightPx } = new VisibleSearch().find(layout, view)
      return Array.from({ length: count }, (_, i) => `${nodeKey(layout, node[i]!)} ${leftPx[i]} ${rightPx[i]} ${layout.self[node[i]!]}`).slice(1)
    }
    assert.ok(wide.count < whole.count / 2, `${wide.count} of ${whole.count}`)
    assert.deepEqual(seen(wide), seen(whole))
    const upper = fromRoot(wideTree(stacks, least, 6))
    assert.equal(upper.total[0], whole.total[0])
    assert.equal(rowCount(upper), 7)
    assert.deepEqual(seen(upper), seen(whole).slice(0, upper.count - 1))
  }
  assert.deepEqual(drawn(fromRoot(wideTree(summed(fromRoot(shop)), 20))), ['all@0+100/0', 'main@0+50/0 worker@50+50/0', 'handle@0+45/0 query@50+50/0', 'query@0+35/5 wait@50+30/30 send@80+20/20', 'send@0+30/30'])
  assert.deepEqual(drawn(fromRoot(wideTree(summed(fromRoot(shop)), 20, 2))), ['all@0+100/0', 'main@0+50/0 worker@50+50/0', 'handle@0+45/0 query@50+50/0'])
  assert.deepEqual(drawn(fromRoot(wideTree(summed(fromRoot(callTree(folded('a 90\nb 9\nc 1')))), 50))), ['all@0+100/10', 'a@0+90/90'])
})

test('a layout is bounded, and says what it left out', () => {
  const tree = callTree(folded(SHOP))
  const layout = fromRoot(tree, tree, 5)
  assert.deepEqual(wrongIn(layout), [])
  assert.equal(layout.total[0], 100)
  assert.equal(layout.cutSamples, 100)
  assert.ok(layout.count < fromRoot(tree).count)
})

test('names are only names: markup, bidi, 10 kB, controls', () => {
  const names = ['<img src=x onerror=alert(1)>', '\u202eevil\u0000', 'x'.repeat(10_000), '', '__proto__', 'constructor']
  const tree = callTree(stacksOf(names.map((name) => frame(name)), names.map((_, at) => ({ frame: at, parent: -1, self: at + 1 }))))
  const layout = fromRoot(tree)
  assert.equal(layout.count, names.length + 1)
  assert.deepEqual(names.map((_, at) => functionAt(tree, functionKey(tree, at))), [0, 1, 2, 3, 4, 5])
  const matches = matchesOf(tree.functions, parseSearch('^x+$'))!
  assert.equal(matchedIn(layout, matches).samples, 3)
})

test('a key finds its node in another answer, and nothing else', () => {
  const layout = fromRoot(shop)
  const other = callTree(folded(`worker;extra 1\nworker;query;wait 2\nmain;handle;query;send 3`))
  const key = nodeKey(layout, layout.count - 1)
  const there = fromRoot(other)
  assert.deepEqual(pathTo(there, nodeOf(there, key)).map((node) => there.functions[there.functionOf[node]!]?.name), [undefined, 'main', 'handle', 'query', 'send'])
  for (const bad of [null, '', 'zzzzzzzzzzzzzzzz', '0000000000000000', `${key}0`, '<b>', '-1', 'ё']) assert.equal(nodeOf(there, bad), -1)
  assert.equal(nodeOf(there, nodeKey(layout, layout.rowStart[2]! + 1)), -1, 'idle isn’t there')
})

test('search: a share counts each sample once; small letters match large; what is no pattern says so', () => {
  const layout = fromRoot(shop)
  const found = (text: string) => matchedIn(layout, matchesOf(shop.functions, parseSearch(text))!)
  assert.equal(found('query|send').samples, 85)
  assert.equal(found('query|send').nodes.length, 4)
  assert.equal(found('QUERY').samples, 0)
  assert.equal(found('^m').samples, 50)
  assert.equal(found('nothing').samples, 0)
  assert.deepEqual(parseSearch(''), { kind: 'none' })
  const invalid = parseSearch('operator(')
  assert.equal(invalid.kind, 'invalid')
  assert.match(invalid.kind === 'invalid' ? invalid.why : '', /[Uu]nterminated group/)
  assert.equal(matchesOf(shop.functions, invalid), undefined)
  const words = parseSearch(String.raw`\W\S`)
  assert.equal(words.kind === 'pattern' && words.pattern.flags, 'i', 'escapes are no large letters')
})

test('what is found at a place is what stands there', () => {
  const layout = fromRoot(callTree(randomStacks(2000, 40, 5)))
  for (let node = 0; node < layout.count; node++) {
    const row = rowOf(layout, node)
    if (layout.total[node]! === 0) continue
    assert.equal(nodeAt(layout, row, layout.start[node]!), node)
    assert.equal(nodeAt(layout, row, layout.start[node]! + layout.total[node]! / 2), node)
  }
  assert.equal(nodeAt(layout, 0, layout.total[0]!), -1)
  assert.equal(nodeAt(layout, 0, -1), -1)
  assert.equal(nodeAt(layout, -1, 0), -1)
  assert.equal(nodeAt(layout, rowCount(layout), 0), -1)
})

test('what is seen: exactly the rectangles wide enough in the view, cut at its sides', () => {
  const layout = fromRoot(callTree(randomStacks(5000, 60, 9)))
  const search = new VisibleSearch()
  const whole = layout.total[0]!
  for (const [from, to, firstRow, endRow] of [[0, whole, 0, 1e9], [whole * 0.2, whole * 0.21, 0, 1e9], [whole * 0.5, whole * 0.9, 3, 7], [whole - 3, whole, 0, 20]] as const) {
    const scale = 1000 / (to - from)
    const expected: number[] = []
    for (let node = 0; node < layout.count; node++) {
      const row = rowOf(layout, node)
      const isWide = pathTo(layout, node).every((one) => one === 0 || layout.total[one]! >= 0.4 / scale)
      if (row >= firstRow && row < endRow && isWide && layout.start[node]! < to && layout.start[node]! + layout.total[node]! > from) expected.push(node)
    }
    const seen = search.find(layout, { from, to, widthPx: 1000, firstRow, endRow })
    assert.deepEqual([...seen.node.subarray(0, seen.count)], expected)
    for (let i = 0; i < seen.count; i++) assert.ok(seen.leftPx[i]! >= 0 && seen.rightPx[i]! <= 1000 && seen.rightPx[i]! > seen.leftPx[i]! - 1e-9)
  }
})

test('keys walk: down to the widest, up to the caller, along the row over what is seen', () => {
  const layout = fromRoot(shop)
  const all = () => true
  const walk = (keys: string[], upward = false) => keys.reduce((node, key) => keyTarget(layout, node, key, all, upward) ?? node, 0)
  const name = (node: number) => layout.functions[layout.functionOf[node]!]?.name
  assert.equal(name(walk(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown'])), 'send')
  assert.equal(walk(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']), walk(['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']), 'nothing deeper')
  assert.equal(name(walk(['ArrowDown', 'ArrowRight'])), 'worker')
  assert.equal(name(walk(['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowLeft'])), 'main')
  assert.equal(walk(['ArrowDown', 'ArrowDown', 'Home']), 0)
  assert.equal(walk(['ArrowUp']), 0)
  assert.equal(name(walk(['ArrowUp', 'ArrowUp', 'ArrowDown'], true)), 'main')
  assert.equal(keyTarget(layout, 1, 'ArrowRight', () => false), 1)
  assert.equal(keyTarget(layout, 0, 'x', all), undefined)
})

test('rows seen while scrolled, growing down and up', () => {
  const layout = fromRoot(shop)
  assert.deepEqual(rowsSeen(layout, 0, 40, 20, false), { firstRow: 0, endRow: 2 })
  assert.deepEqual(rowsSeen(layout, 30, 40, 20, false), { firstRow: 1, endRow: 4 })
  assert.deepEqual(rowsSeen(layout, 60, 40, 20, true), { firstRow: 0, endRow: 2 })
  assert.deepEqual(rowsSeen(layout, 0, 1000, 20, true), { firstRow: 0, endRow: 5 })
})

test('stretches: zoom keeps the place under the pointer, stays inside, and has an end', () => {
  assert.deepEqual(scaled({ from: 0, to: 1 }, 0.5, 0.5), { from: 0.25, to: 0.75 })
  assert.deepEqual(scaled({ from: 0.25, to: 0.75 }, 4, 0.5), WHOLE)
  assert.deepEqual(scaled({ from: 0, to: 0.5 }, 0.5, 0), { from: 0, to: 0.25 })
  let close = WHOLE
  for (let i = 0; i < 200; i++) close = scaled(close, 0.5, 0.3)
  assert.ok(close.to - close.from >= 0.9e-9)
  assert.deepEqual(moved({ from: 0.5, to: 0.75 }, 10), { from: 0.75, to: 1 })
  assert.deepEqual(moved({ from: 0.5, to: 0.75 }, -1), { from: 0.25, to: 0.5 })
  assert.deepEqual(showing({ from: 0, to: 0.25 }, { from: 0.5, to: 0.75 }), { from: 0.5, to: 0.75 })
  const part = { from: 0, to: 0.5 }
  assert.equal(showing(part, { from: 0.25, to: 1 }), part)
})
