import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromRoot } from './flame-merge.ts'
import { baseName, FLAME_TOKENS, paletteOf, shaded, type FlameTokens } from './flame-palette.ts'
import { escaped, flameSvg } from './flame-svg.ts'
import { FlameText } from './flame-text.ts'
import { callTree } from './flame-tree.ts'
import { folded, frame, randomStacks, stacksOf } from './flame.cases.ts'

/** The tokens of the dark theme, as `tokens.css` has them. */
function darkTokens(): FlameTokens {
  const css = readFileSync(new URL('../ui/tokens.css', import.meta.url), 'utf8')
  const value = (name: string): string => {
    const found = new RegExp(`--${name}:\\s*([^;]+);`).exec(css)?.[1]
    assert.ok(found, `--${name} is no token`)
    const other = /^var\(--([\w-]+)\)$/.exec(found)?.[1]
    return other === undefined ? found : value(other)
  }
  return Object.fromEntries(FLAME_TOKENS.map((name) => [name, value(name)])) as FlameTokens
}
const tokens = darkTokens()
const scene = (tree: ReturnType<typeof callTree>, more = {}) => {
  const layout = fromRoot(tree)
  return { layout, palette: paletteOf(tree, 'kind', tokens), matches: undefined, from: 0, to: layout.total[0]!, widthPx: 1000, upward: false, dimRows: 0, rootLabel: 'all', ...more }
}

test('by kind: a hue a kind, shades by name, unknown hatched', () => {
  const tree = callTree(randomStacks(500, 200, 3))
  const { classOf, fills, isHatched, legend } = paletteOf(tree, 'kind', tokens)
  tree.functions.forEach(({ kind }, at) => {
    const shades = [-3, -2, -1, 0, 1, 2, 3].map((shade) => shaded(tokens[`flame-${kind}`], shade / 100))
    assert.ok(shades.includes(fills[classOf[at]!]!))
    assert.equal(isHatched[at], kind === 'unknown' ? 1 : 0)
  })
  assert.deepEqual(legend.map(({ name }) => name), ['jit', 'runtime', 'native', 'kernel', 'unknown'])
})

test('by binary: the eight with most own samples have colours, the rest share one', () => {
  const binaries = Array.from({ length: 11 }, (_, i) => `/lib/lib${i}.so`)
  const tree = callTree(stacksOf(binaries.map((binary, i) => frame(`f${i}`, { binary })), binaries.map((_, i) => ({ frame: i, parent: -1, self: 100 - i }))))
  const { classOf, fills, inks, legend } = paletteOf(tree, 'binary', tokens)
  assert.deepEqual(legend.map(({ name }) => name), ['lib0.so', 'lib1.so', 'lib2.so', 'lib3.so', 'lib4.so', 'lib5.so', 'lib6.so', 'lib7.so', 'other'])
  assert.deepEqual(binaries.map((_, i) => fills[classOf[i]!]), [tokens.c1, tokens.c2, tokens.c3, tokens.c4, tokens.c5, tokens.c6, tokens.c7, tokens.c8, ...Array.from({ length: 3 }, () => tokens['flame-unknown'])])
  assert.equal(inks[classOf[0]!], tokens['ledger-cpu-ink'])
})

test('shades and base names of what isn’t a colour or a path', () => {
  assert.equal(shaded('#101010', 0.5), '#181818')
  assert.equal(shaded('#ffffff', 0.03), '#ffffff')
  assert.equal(shaded('oklch(1 0 0)', 0.03), 'oklch(1 0 0)')
  assert.deepEqual(['/a/b', '[kernel]', '', '/'].map(baseName), ['b', '[kernel]', '', '/'])
})

test('names are cut to what fits, measured once, controls as escapes, never half a character', () => {
  const measured: string[] = []
  const text = new FlameText((name) => {
    measured.push(name)
    return Array.from(name).reduce((sum, character) => sum + (character > '\u00ff' ? 12 : 6), 0)
  })
  text.use(['main', 'abcdefghij', '漢字漢字', '\u202eevil', 'x'.repeat(10_000), '👍👍👍'].map((name) => frame(name)))
  assert.deepEqual([text.fit(0, 100), text.fit(0, 23), text.fit(0, 17)], ['main', 'ma…', ''])
  assert.deepEqual([text.fit(1, 60), text.fit(1, 59)], ['abcdefghij', 'abcdefgh…'])
  assert.equal(text.fit(2, 47), '漢字…')
  assert.equal(text.fit(3, 1000), '\\u202eevil')
  assert.equal(text.fit(4, 1e9).length, 240)
  assert.equal(text.fit(5, 24), '👍…')
  text.fit(2, 500)
  assert.equal(measured.length, 4, 'the font, and the three drawn names that aren’t ASCII (one for its …)')
  assert.equal(text.cutText('a\u0000b', 100), 'a␀b')
})

test('SVG: each rectangle with its title, in place; well-formed whatever the names', () => {
  const tree = callTree(folded('main;a 30\nmain;b 10'))
  const svg = flameSvg(scene(tree), 'shop', (node) => `node ${node}`)
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="1000" height="88"/)
  assert.match(svg, /<g><title>node 2<\/title><rect x="0\.00" y="68" width="749\.00" height="19" fill="#[0-9a-f]{6}"\/><text x="5\.00" y="81\.5" fill="#ffffff">a<\/text><\/g>/)
  assert.match(svg, /<title>node 3<\/title><rect x="750\.00" y="68" width="249\.00"/)
  const hostile = ['</title><script>alert(1)</script>', '"&<>', '\u0000\u0008\ud800', '\u202e', ']]>'].map((name) => frame(name, { kind: 'unknown' }))
  const nasty = flameSvg(scene(callTree(stacksOf(hostile, hostile.map((_, at) => ({ frame: at, parent: -1, self: 10 }))))), '<x> & "y"', (node) => hostile[node - 1]?.name ?? 'all')
  assert.deepEqual(['<script', '\u0000', '\u0008', '\u202e', '\ud800'].filter((part) => nasty.includes(part)), [])
  const opened = nasty.match(/<(?!\/)[a-z]+(?:\s[^<>]*)?>/g)!.filter((tag) => !tag.endsWith('/>')).length
  assert.equal(opened, nasty.match(/<\/[a-z]+>/g)!.length)
  assert.equal(nasty.replaceAll(/<[^<>]*>/g, '').match(/[<>]|&(?!amp;|lt;|gt;|quot;)/g), null)
  assert.equal(escaped('a<b>&"c\n'), 'a&lt;b&gt;&amp;&quot;c\\n')
})

test('SVG: matches stand out, the rest and what leads to the zoomed is dimmed', () => {
  const tree = callTree(folded('main;a 30\nmain;b 10'))
  const index = tree.functions.findIndex(({ name }) => name === 'a')
  const svg = flameSvg(scene(tree, { matches: Uint8Array.from(tree.functions, (_, at) => (at === index ? 1 : 0)) }), 't', () => '')
  assert.equal(svg.match(new RegExp(`fill="${tokens['flame-match']}"`, 'g'))!.length - 2, 1, 'beside the title, whose ink is alike, and the root’s')
  assert.equal(svg.match(/opacity="0\.66"/g)!.length, 2)
  assert.equal(flameSvg(scene(tree, { dimRows: 2 }), 't', () => '').match(/opacity="0\.66"/g)!.length, 1)
})
