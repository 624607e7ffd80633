/** The page of one service: reached by a click, its numbers are the API's, dragging narrows, back restores; both themes, a phone. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { isDeepStrictEqual } from 'node:util'
import { duration, grouped, rate, sentence, share } from '../../apps/web/ui/format.ts'
import { until } from '../running/until.ts'
import { launch, open, output, pointAndClick, seriousViolations } from './browser.ts'
import { startShop, type Shop } from './shop.ts'

interface Point {
  readonly time: string
  readonly requestCount: number
  readonly errorCount: number
  readonly durationNs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null }
}
interface Groups {
  readonly groups: readonly { readonly key: Readonly<Record<string, string>>; readonly requestCount: number; readonly points: readonly Point[] }[]
}

const STEP_MS = 5000
let shop: Shop
let browser: Browser
/** A quarter of an hour that is over, on whole steps. */
let range: string

before(async () => {
  // Before the shop begins to be live: nothing comes later into it.
  const to = Math.floor(Date.now() / STEP_MS) * STEP_MS
  shop = await startShop({ port: 26_211, rate: 10, history: 40, trouble: 7 })
  range = `from=${encodeURIComponent(new Date(to - 180 * STEP_MS).toISOString())}&to=${encodeURIComponent(new Date(to).toISOString())}`
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await shop?.stop()
})

const charts = (page: Page) => page.getByRole('group', { name: /Requests, errors and latency over time/ })
/** The plots are drawn: each has its line, or its bars. */
const drawn = (page: Page) => page.waitForFunction(`document.querySelectorAll('[data-chart="Latency"] path.recharts-curve').length === 3`)
const service = (query = '') => `${shop.url}/service?service=checkout${query}`
/** What is shown becomes what is told: its parts come one after the other. */
async function becomes<T>(shown: () => Promise<T>, expected: T): Promise<void> {
  assert.deepEqual(await until(shown, (one) => isDeepStrictEqual(one, expected), 60_000), expected)
}
const byName = (a: readonly string[], b: readonly string[]) => (a[0]! < b[0]! ? -1 : 1)
const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts().then((all) => all.map((text) => text.trim()))

test('from Overview by click, and back', async () => {
  const { page, errors, close } = await open(browser, shop.url)
  await pointAndClick(page.getByRole('grid', { name: 'Services' }).getByText('checkout', { exact: true }))
  await page.waitForURL(/\/service\?service=checkout/)
  await drawn(page)
  await page.getByRole('heading', { level: 1, name: 'checkout' }).waitFor()
  await page.goBack()
  await page.getByRole('grid', { name: 'Services' }).waitFor()
  assert.deepEqual(errors, [])
  await close()
})

test('figures, steps and endpoints are the API’s', async () => {
  const { page, errors, close } = await open(browser, service(`&${range}`))
  await drawn(page)
  const [whole] = (await shop.get<Groups>(`requests/aggregate?service=checkout&role=server&${range}`)).groups
  const tile = (label: string) => () => page.locator(`main div:text-is("${label}") + div span`).first().innerText()
  await page.getByText(`${grouped(whole!.requestCount)} in range`).waitFor()
  await becomes(tile('Requests'), sentence(rate(whole!.requestCount / 900)))
  await becomes(tile('Errors'), sentence(share(whole!.points[0]!.errorCount / whole!.requestCount)))
  for (const metric of ['p50', 'p95', 'p99'] as const) await becomes(tile(metric), sentence(duration(whole!.points[0]!.durationNs[metric])))

  await charts(page).focus()
  await page.keyboard.press('T')
  const [stepped] = (await shop.get<Groups>(`requests/aggregate?service=checkout&role=server&${range}&step=5s`)).groups
  const expected = stepped!.points.map(({ requestCount, errorCount, durationNs: { p50, p95, p99 } }) => [rate(requestCount / 5), rate(errorCount / 5), duration(p50), duration(p95), duration(p99)].map(sentence))
  const rows = charts(page).getByRole('row')
  assert.equal(expected.length, 180)
  await becomes(async () => (await rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')))).slice(1).map((cells) => cells.slice(1)), expected)
  await page.keyboard.press('Escape')

  const endpoints = (await shop.get<Groups>(`requests/aggregate?service=checkout&role=server&${range}&by=method,template`)).groups
  const rowsShown = () => page.getByRole('grid', { name: 'Endpoints' }).getByRole('row').evaluateAll((all) => all.slice(1).map((row) => [...row.querySelectorAll('td')].slice(0, 6).map((cell) => (cell.textContent ?? '').replace(/\s+/g, ''))))
  const rowsExpected = endpoints.map(({ key, requestCount, points: [point] }) =>
    [key.method! + key.template!, ...[rate(requestCount / 900), share(point!.errorCount / requestCount), duration(point!.durationNs.p50), duration(point!.durationNs.p95), duration(point!.durationNs.p99)].map(sentence)].map((text) => text.replace(/\s+/g, '')))
  await becomes(async () => (await rowsShown()).toSorted(byName), rowsExpected.toSorted(byName))
  assert.deepEqual(errors, [])
  await close()
})

test('who calls it and whom it calls; a peer’s name leads to its page', async () => {
  const { page, errors, close } = await open(browser, service(`&${range}`))
  const names = (section: string) => texts(page, `section[aria-label="${section}"] li bdi`)
  await page.getByRole('region', { name: 'Called by' }).getByRole('link').first().waitFor()
  await becomes(() => names('Called by'), ['storefront'])
  await becomes(async () => (await names('Calls')).sort(), ['inventory', 'payments', 'pricing'])
  await page.getByRole('region', { name: 'Processes' }).getByText('3121').waitFor()
  await page.getByRole('region', { name: 'Connections' }).getByText(/^\d+ open$/).waitFor()
  await page.getByRole('region', { name: 'Calls' }).getByRole('link', { name: /inventory/ }).click()
  await page.waitForURL(/service=inventory/)
  await page.getByRole('heading', { level: 1, name: 'inventory' }).waitFor()
  await drawn(page)
  assert.deepEqual(errors, [])
  await close()
})

test('an endpoint leads to its requests, back restores the page', async () => {
  const { page, errors, close } = await open(browser, service(`&${range}`))
  await pointAndClick(page.getByRole('grid', { name: 'Endpoints' }).getByText('/checkout/{id}/confirm'))
  await page.waitForURL(/\/requests\?/)
  const { searchParams } = new URL(page.url())
  assert.deepEqual(['service', 'role', 'method', 'template'].map((name) => searchParams.get(name)), ['checkout', 'server', 'POST', '/checkout/{id}/confirm'])
  await page.getByRole('row').filter({ hasText: '/confirm' }).first().waitFor()
  await page.goBack()
  await page.waitForURL((url) => url.href === service(`&${range}`))
  await drawn(page)
  assert.deepEqual(errors, [])
  await close()
})

test('dragging across a chart narrows all of them, by whole steps; back undoes it; keys do the same', async () => {
  const { page, errors, close } = await open(browser, service(`&${range}`))
  await drawn(page)
  const before = new URL(page.url()).searchParams
  const [from, to] = [Date.parse(before.get('from')!), Date.parse(before.get('to')!)]
  const box = (await page.locator('[data-chart="Errors"]').boundingBox())!
  const x = (step: number) => box.x + 56 + ((step + 0.5) / 180) * (box.width - 56 - 12)
  await page.mouse.move(x(60), box.y + 10)
  await page.mouse.down()
  await page.mouse.move(x(80), box.y + 20)
  await page.mouse.move(x(99), box.y + 20)
  await page.screenshot({ path: join(output, 'service-drag.png') })
  await page.mouse.up()
  const narrowed = (first: number, last: number) => (url: URL) => Date.parse(url.searchParams.get('from')!) === from + first * STEP_MS && Date.parse(url.searchParams.get('to')!) === from + (last + 1) * STEP_MS
  await page.waitForURL(narrowed(60, 99))
  const [whole] = (await shop.get<Groups>(`requests/aggregate?service=checkout&role=server&${new URL(page.url()).searchParams.toString().replace('service=checkout&', '')}`)).groups
  await page.getByText(`${grouped(whole!.requestCount)} in range`).waitFor()
  await page.goBack()
  await page.waitForURL((url) => Date.parse(url.searchParams.get('from')!) === from && Date.parse(url.searchParams.get('to')!) === to)
  const [all] = (await shop.get<Groups>(`requests/aggregate?service=checkout&role=server&${range}`)).groups
  await page.getByText(`${grouped(all!.requestCount)} in range`).waitFor()
  await drawn(page)

  await charts(page).focus()
  for (const key of ['End', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await page.waitForURL(narrowed(177, 179))
  assert.deepEqual(errors, [])
  await close()
})

test('a service nobody saw, and none chosen: it says so and leads on', async () => {
  const { page, errors, close } = await open(browser, `${shop.url}/service?service=nobody&${range}`)
  await page.getByText('No request was seen in this range').first().waitFor()
  await page.goto(`${shop.url}/service`)
  await page.getByText('Which service?').waitFor()
  await page.getByRole('link', { name: /^checkout/ }).click()
  await page.waitForURL(/service=checkout/)
  await drawn(page)
  assert.deepEqual(errors, [])
  await close()
})

for (const [name, options] of [
  ['dark', { colorScheme: 'dark' }], ['light', { colorScheme: 'light' }], ['1280', { viewport: { width: 1280, height: 720 } }], ['phone', { viewport: { width: 390, height: 844 } }],
] as const) {
  test(`live, ${name}: axe finds nothing serious`, async () => {
    const { page, errors, close } = await open(browser, service(), options)
    await drawn(page)
    await page.getByRole('region', { name: 'Calls' }).getByText('inventory').waitFor()
    await page.screenshot({ path: join(output, `service-${name}.png`) })
    assert.deepEqual(await seriousViolations(page), [])
    assert.deepEqual(errors, [])
    await close()
  })
}
