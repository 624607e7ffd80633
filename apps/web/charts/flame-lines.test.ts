import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DIM_FILL, FlameLines } from './flame-lines.ts'
import { fromRoot } from './flame-merge.ts'
import { FLAME_TOKENS, paletteOf, type FlameTokens } from './flame-palette.ts'
import { callTree, type CallTree } from './flame-tree.ts'
import { VisibleSearch } from './flame-visible.ts'
import { folded, frame, randomStacks, stacksOf } from './flame.cases.ts'

const GROUND = [0x0b, 0x0c, 0x0e]
const COLOURS: Readonly<Record<string, string>> = { 'surface-0': '#0b0c0e', 'surface-3': '#101010', 'flame-native': '#505050', 'flame-unknown': '#707070', 'flame-match': '#f0f0f0' }
const tokens = Object.fromEntries(FLAME_TOKENS.map((name) => [name, COLOURS[name] ?? '#ffffff'])) as FlameTokens

/** Each row’s pixels, and the rectangles that are hatched and labelled; by default as many device pixels as samples. */
function drawn(tree: CallTree, { widthPx = 0, density = 1, matches, dimRows = 0 }: { widthPx?: number; density?: number; matches?: Uint8Array; dimRows?: number } = {}) {
  const layout = fromRoot(tree)
  const palette = paletteOf(tree, 'binary', tokens)
  const lines = new FlameLines()
  const width = widthPx || layout.total[0]!
  const rows = layout.rowStart.length - 1
  const frames = new VisibleSearch().find(layout, { from: 0, to: layout.total[0]!, widthPx: width, firstRow: 0, endRow: rows })
  lines.draw({ layout, palette, matches, dimRows }, frames, 0, rows, width * density, density, (colour) => colour)
  const bytes = new Uint8Array(lines.pixels.buffer)
  const parts = Array.from({ length: lines.pixels.length }, (_, at) => [...bytes.subarray(at * 4, at * 4 + 4)])
  return { lines, frames, layout, pixels: Array.from({ length: rows }, (_, row) => parts.slice(row * width * density, (row + 1) * width * density)) }
}

const hex = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
const opaque = (colour: string | number[]) => [...(typeof colour === 'string' ? hex(colour) : colour), 255]
/** Runs of one colour in a row: how long, and its red. */
const runs = (row: readonly number[][]) => row.reduce<[number, number][]>((found, [red]) => (found.at(-1)?.[1] === red ? found.at(-1)![0]++ : found.push([1, red!]), found), [])

test('rectangles as pixels: their edges, the gap after the wide ones, red first', () => {
  const tree = callTree(stacksOf([frame('a', { binary: 'x' }), frame('b', { binary: '' })], [{ frame: 0, parent: -1, self: 6 }, { frame: 1, parent: -1, self: 4 }]))
  const { pixels } = drawn(tree)
  assert.deepEqual(pixels[0], [...Array.from({ length: 9 }, () => opaque('#101010')), opaque(GROUND)])
  assert.deepEqual(pixels[1], [...Array.from({ length: 5 }, () => opaque('#ffffff')), opaque(GROUND), ...Array.from({ length: 3 }, () => opaque('#707070')), opaque(GROUND)])
})

test('at twice the density edges lie on device pixels and the gap is two of them', () => {
  assert.deepEqual(runs(drawn(callTree(folded('a 5\nb 5')), { density: 2, widthPx: 10 }).pixels[1]!), [[8, 255], [2, 11], [8, 255], [2, 11]])
})

test('in a pixel that several share the widest is seen, a match before it; nothing is painted outside its row', () => {
  // A pixel is two samples wide: b and c begin and end in one.
  const tree = callTree(stacksOf(['a', 'b', 'c'].map((name) => frame(name, { binary: name })), [10, 1.2, 0.8].map((self, at) => ({ frame: at, parent: -1, self }))))
  const palette = paletteOf(tree, 'binary', { ...tokens, c1: '#010000', c2: '#020000', c3: '#030000' })
  const layout = fromRoot(tree)
  const frames = new VisibleSearch().find(layout, { from: 0, to: 12, widthPx: 6, firstRow: 0, endRow: 2 })
  const at = (matches?: Uint8Array) => {
    const lines = new FlameLines()
    lines.draw({ layout, palette, matches, dimRows: 0 }, frames, 0, 2, 6, 1, (colour) => colour)
    return [...new Uint8Array(lines.pixels.buffer)].filter((_, byte) => byte % 4 === 0).slice(6)
  }
  assert.equal(frames.count, 4)
  assert.deepEqual(at(), [1, 1, 1, 1, 11, 2])
  assert.equal(at(Uint8Array.from(tree.functions, ({ name }) => (name === 'c' ? 1 : 0)))[5], 0xf0)
})

test('dimmed: what doesn’t match, and rows above what was zoomed to; never what matches', () => {
  const tree = callTree(folded('main;a 10\nmain;b 10'))
  const mixed = (red: number) => Math.round(red * DIM_FILL + GROUND[0]! * (1 - DIM_FILL))
  const ofA = tree.functions.findIndex(({ name }) => name === 'a')
  const matched = drawn(tree, { matches: Uint8Array.from(tree.functions, (_, at) => (at === ofA ? 1 : 0)) })
  assert.deepEqual(matched.pixels.map(runs), [[[19, 16], [1, 11]], [[19, mixed(255)], [1, 11]], [[9, 240], [1, 11], [9, mixed(255)], [1, 11]]])
  assert.deepEqual(drawn(tree, { dimRows: 2 }).pixels.map((row) => runs(row)[0]![1]), [mixed(16), mixed(255), 255])
})

test('hatched and named are those wide enough; every pixel of a random picture is ground or a class’s', () => {
  const tree = callTree(stacksOf([frame('known'), frame('unknown', { kind: 'unknown' })], [{ frame: 0, parent: -1, self: 30 }, { frame: 1, parent: -1, self: 28 }, { frame: 1, parent: 0, self: 4 }, { frame: 1, parent: 1, self: 5 }]))
  const { lines, frames, layout } = drawn(tree)
  const widths = (list: readonly number[]) => list.map((i) => layout.total[frames.node[i]!])
  assert.deepEqual(widths(lines.hatched), [33, 5])
  assert.deepEqual(widths(lines.labelled), [67, 34, 33])

  const random = callTree(randomStacks(20_000, 300, 5))
  const allowed = new Set(['surface-0', 'surface-3', 'flame-unknown', 'c1'].map((name) => hex(tokens[name as keyof FlameTokens])[0]))
  const all = drawn(random, { widthPx: 1000 })
  assert.ok(all.frames.count > 3000)
  assert.deepEqual(all.pixels.flat().filter(([red, , , alpha]) => !allowed.has(red!) || alpha !== 255), [])
})
