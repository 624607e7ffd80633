import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Losses } from '../health/losses.ts'
import { EMPTY_LABEL, Label } from '../protocols/protocol.ts'
import { MAX_SIBLINGS, Templates } from './template.ts'

const shop = new Label('shop')
const paths: [path: string, template: string][] = [
  ['/', '/'],
  ['/health', '/health'],
  ['/users/42', '/users/{id}'],
  ['/users/42/orders/7', '/users/{id}/orders/{id}'],
  ['/o/4bf92f3577b34da6', '/o/{id}'],
  ['/o/123e4567-e89b-12d3-a456-426614174000/x', '/o/{id}/x'],
  ['/o/deadbeef', '/o/deadbeef'], // a word, for all we know
  ['/o/deadbee1', '/o/{id}'],
  ['/t/eyJhbGciOiJIUzI1NiJ9abc12', '/t/{id}'],
  ['/api/v2/items', '/api/v2/items'],
  ['//a//', '//a//'],
  ['*', '*'],
  ['/1/2/3/4/5/6/7/8/9/10/11/12/13', '/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{*}'],
]
for (const [path, template] of paths) {
  test(`template of ${path}`, () => assert.equal(new Templates(new Losses()).of(shop, new Label(path)).text, template))
}

test('of no path there is none', () => assert.equal(new Templates(new Losses()).of(shop, EMPTY_LABEL), EMPTY_LABEL))

test('a place with many segments holds values; what was said before changes with it', () => {
  const templates = new Templates(new Losses())
  const first = new Label('/wiki/Alpha/edit')
  assert.equal(templates.of(shop, first).text, '/wiki/Alpha/edit')
  for (let i = 1; i <= MAX_SIBLINGS; i++) templates.of(shop, new Label(`/wiki/Page-${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10)]}/edit`))
  assert.equal(templates.of(shop, first).text, '/wiki/{*}/edit')
  assert.equal(templates.of(shop, new Label('/wiki/Zulu')).text, '/wiki/{*}')
  assert.equal(templates.of(shop, new Label('/wiki/42/edit')).text, '/wiki/{id}/edit')
  assert.equal(templates.of(shop, new Label('/other/Alpha')).text, '/other/Alpha')
  assert.equal(templates.of(new Label('second'), new Label('/wiki/Alpha')).text, '/wiki/Alpha', 'each service has its own')
})

test('what is learned is bounded, whatever comes', () => {
  const losses = new Losses()
  const templates = new Templates(losses)
  for (let i = 0; i < 20_000; i++) templates.of(shop, new Label(`/${i % 60}x/${i % 61}y/z${i}/w`))
  for (let i = 0; i < 1_030; i++) templates.of(new Label(`s${i}`), new Label('/a'))
  const counts = Object.fromEntries([...losses.all()].map(({ reason, count }) => [reason, count]))
  assert.deepEqual(Object.keys(counts), ['more places than are learned from', 'evicted'])
  assert.equal(counts.evicted, 7)
  assert.ok(counts['more places than are learned from']! > 10_000)
})
