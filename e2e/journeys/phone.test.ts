/** Map and Connections in a hand: lists first, everything large enough for a finger, nothing wider than the screen; and on the Service page nothing is drawn that isn't known yet. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, open, output, seriousViolations } from './browser.ts'
import { startShop, type Shop } from './shop.ts'

const PHONE = { width: 390, height: 844 }
const LEAST_PX = 40
let shop: Shop
let browser: Browser

before(async () => {
  shop = await startShop({ port: 28_590, rate: 10, history: 20, trouble: 7 })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await shop?.stop()
})

/** What of the page can be touched and is too small for it, and what is wider than the screen. Links to who made a part of it aside. */
const illFitting = (page: Page) => page.evaluate<string[]>(`(() => {
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1
  const touched = [...document.querySelectorAll('main :is(button, a, input, select, [role=button])')].filter((one) => seen(one) && !one.closest('.react-flow__attribution'))
  const box = (one) => (one.tagName === 'INPUT' ? one.closest('label') ?? one : one).getBoundingClientRect()
  const small = touched.filter((one) => box(one).height < ${LEAST_PX} || box(one).width < ${LEAST_PX}).map((one) => 'small: ' + one.outerHTML.slice(0, 120))
  const wide = touched.filter((one) => box(one).right > innerWidth || box(one).left < 0).map((one) => 'outside: ' + one.outerHTML.slice(0, 120))
  const scrolls = [document.scrollingElement, ...document.querySelectorAll('main, main *')].filter((one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth).map((one) => 'scrolls aside: ' + one.outerHTML.slice(0, 120))
  return [...small, ...wide, ...scrolls, ...(document.scrollingElement.scrollWidth > innerWidth ? ['the page is ' + document.scrollingElement.scrollWidth + ' wide'] : [])]
})()`)

async function fits(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(output, `phone-${name}.png`) })
  assert.deepEqual(await illFitting(page), [])
  assert.deepEqual(await seriousViolations(page), [])
}

for (const colorScheme of ['dark', 'light'] as const) {
  describe(`in a hand, ${colorScheme}`, () => {
    test('the map is a list, the slow edges first; one opens and says more, back returns; the picture is a touch away', async () => {
      const { page, errors, close } = await open(browser, `${shop.url}/map`, { colorScheme, viewport: PHONE })
      const edges = page.getByRole('list', { name: 'Edges of the map' })
      await edges.getByText('stock-db').first().waitFor()
      await edges.getByText(/its normal/).first().waitFor()
      await fits(page, `map-${colorScheme}`)
      await edges.getByRole('button').filter({ hasText: 'payments' }).filter({ hasText: 'checkout' }).click()
      const panel = page.getByRole('complementary', { name: 'checkout to payments' })
      await panel.getByRole('table', { name: 'Figures' }).waitFor()
      await panel.getByRole('img', { name: 'Latency over time' }).or(panel.getByRole('group', { name: 'Latency over time' })).first().waitFor()
      await fits(page, `map-edge-${colorScheme}`)
      await panel.getByRole('button', { name: 'payments', exact: true }).click()
      await page.getByRole('complementary', { name: 'payments', exact: true }).getByText('Asked by').waitFor()
      await fits(page, `map-node-${colorScheme}`)
      await page.goBack()
      await panel.waitFor()
      await panel.getByRole('button', { name: 'Close' }).click()
      await edges.waitFor()
      await page.getByRole('button', { name: 'As a picture' }).click()
      await page.locator('.react-flow__node').filter({ hasText: 'stock-db' }).waitFor()
      await page.waitForURL(/[?&]table=0/)
      await fits(page, `map-picture-${colorScheme}`)
      await page.getByRole('button', { name: 'As a list' }).click()
      await edges.waitFor()
      await page.waitForURL((url) => !url.searchParams.has('table'))
      assert.deepEqual(errors, [])
      await close()
    })

    test('connections are a list, failures first; what happened is a touch away; filters and the other sockets too', async () => {
      const { page, errors, close } = await open(browser, `${shop.url}/connections`, { colorScheme, viewport: PHONE })
      const connections = page.getByRole('list', { name: 'Connections' })
      await connections.getByText('refused').first().waitFor()
      await fits(page, `connections-${colorScheme}`)
      const first = connections.getByRole('button').filter({ hasText: 'refused' }).first()
      const { failed, open: isOpen } = await countsShown(page)
      const answer = await shop.get<{ readonly connections: readonly { readonly state: string; readonly failure: string | null; readonly closedAt: string | null }[] }>('connections?limit=10000')
      assert.equal(failed, answer.connections.filter((one) => one.failure !== null || one.state === 'failed').length)
      assert.equal(isOpen, answer.connections.filter((one) => one.closedAt === null && one.state !== 'failed').length)
      await first.click()
      await page.waitForURL(/[?&]connection-open=/)
      const panel = page.getByRole('complementary', { name: 'The chosen connection' })
      await panel.getByText(/^Refused: the peer answered SYN with RST/).waitFor()
      await fits(page, `connection-${colorScheme}`)
      await page.goBack()
      await connections.waitFor()
      await page.getByRole('button', { name: /^Failed \d/ }).click()
      await page.waitForURL(/[?&]shown=failed/)
      await allSay(page, 'refused|reset|timed out|unreachable|aborted')
      await page.getByRole('textbox', { name: 'Filter connections' }).fill('state:timeout')
      await allSay(page, 'timed out')
      await page.getByRole('button', { name: 'Listening' }).click()
      await page.waitForURL(/[?&]sockets=listening/)
      await page.getByRole('textbox', { name: 'Filter listening sockets' }).fill('')
      await page.getByRole('list', { name: 'Listening sockets' }).getByRole('listitem').first().waitFor()
      await fits(page, `listening-${colorScheme}`)
      assert.deepEqual(errors, [])
      await close()
    })
  })
}

/** There are rows, and each says it. */
const allSay = (page: Page, pattern: string) => page.waitForFunction(`(() => {
  const rows = [...document.querySelectorAll('ul[aria-label=Connections] button')]
  return rows.length > 0 && rows.every((one) => /${pattern}/.test(one.textContent))
})()`)

/** Numbers in the buttons that choose. */
async function countsShown(page: Page): Promise<{ readonly failed: number; readonly open: number }> {
  const said = async (name: string) => Number((await page.getByRole('button', { name: new RegExp(`^${name} \\d`) }).innerText()).replace(/\D/g, ''))
  return { failed: await said('Failed'), open: await said('Open') }
}

test('the ways between: Map and Connections at the foot, with the selection', async () => {
  const { page, errors, close } = await open(browser, `${shop.url}/?host=b7e1f0c2a4d64a6f9d0e5c3b2a190817`, { viewport: PHONE })
  const pages = page.getByRole('navigation', { name: 'Pages' }).filter({ visible: true })
  // Each is there before the next is asked for: nothing is asked in vain.
  for (const [name, path, list] of [['Map', '/map', 'Edges of the map'], ['Connections', '/connections', 'Connections'], ['Overview', '/', 'Services']] as const) {
    await pages.getByRole('link', { name }).click()
    await page.waitForURL((url) => url.pathname === path && url.searchParams.has('host'))
    await page.getByRole('list', { name: list, exact: true }).getByRole('listitem').first().waitFor()
  }
  assert.deepEqual(errors, [])
  await close()
})

test('a filter on a phone: its chip fits, and is removed by a touch', async () => {
  const { page, errors, close } = await open(browser, `${shop.url}/connections?service=checkout`, { viewport: PHONE })
  await page.getByRole('list', { name: 'Connections' }).getByText('checkout').first().waitFor()
  await fits(page, 'filtered')
  await page.getByRole('button', { name: 'Remove service checkout' }).click()
  await page.waitForURL((url) => !url.searchParams.has('service'))
  assert.deepEqual(errors, [])
  await close()
})

describe('in a hand, before any collector has come', () => {
  let empty: Shop
  before(async () => { empty = await startShop({ port: 28_591, rate: 0, history: 0, trouble: 0, silent: true }) })
  after(() => empty?.stop())

  test('nothing is said to be zero: that nobody watches is, and what to do', async () => {
    const { page, errors, close } = await open(browser, empty.url, { viewport: PHONE })
    await page.getByRole('list', { name: 'What to do' }).getByText('npm run doctor').waitFor()
    await fits(page, 'nobody-overview')
    for (const path of ['/map', '/connections', '/requests', '/service']) {
      await page.goto(empty.url + path)
      await page.getByText('Nothing is watched: no collector has come yet').waitFor()
      await page.getByRole('contentinfo').getByText('nothing is watched').waitFor()
    }
    await page.goto(`${empty.url}/map`)
    await page.getByRole('link', { name: 'what to do' }).click()
    await page.waitForURL(({ pathname }) => pathname === '/')
    assert.deepEqual(errors, [])
    await close()
  })

  test('the pages fit as well', async () => {
    for (const path of ['map', 'connections']) {
      const { page, close } = await open(browser, `${empty.url}/${path}`, { viewport: PHONE, colorScheme: 'light' })
      await page.getByText('Nothing is watched: no collector has come yet').waitFor()
      await page.getByText(path === 'map' ? 'Nothing talked over TCP' : 'No TCP connection').waitFor()
      await fits(page, `nobody-${path}`)
      await close()
    }
  })
})

test('a step without requests is neither zero nor anything until it is known whether somebody watched', async () => {
  const { page, errors, close } = await open(browser, `${shop.url}/processes`)
  const { promise, resolve: answerNow } = Promise.withResolvers<void>()
  await page.route(({ pathname }) => pathname === '/api/v1/host', async (route) => {
    await promise
    await route.continue()
  })
  // Half of it is before the shop's history begins.
  const at = (minutes: number) => encodeURIComponent(new Date(Math.floor(Date.now() / 60_000 - minutes) * 60_000).toISOString())
  await page.goto(`${shop.url}/service?service=checkout&from=${at(34)}&to=${at(10)}`)
  await page.waitForFunction(`document.querySelectorAll('[data-chart="Latency"] path.recharts-curve').length === 3`)
  const charts = page.getByRole('group', { name: /Requests, errors and latency over time/ })
  await charts.focus()
  await page.keyboard.press('T')
  const requests = () => charts.getByRole('row').evaluateAll((rows) => rows.slice(1).map((row) => row.querySelectorAll('td')[1]!.textContent ?? ''))
  await charts.getByRole('row').nth(20).waitFor()
  const unknown = await requests()
  assert.ok(unknown.includes('–'))
  assert.ok(!unknown.includes('0/s'), unknown.join(' '))
  answerNow()
  await page.waitForFunction(`(() => {
    const cells = [...document.querySelectorAll('[aria-label^="Requests, errors and latency over time"] tr td:nth-child(2)')]
    return cells.length > 20 && cells.every((cell) => cell.textContent !== '–')
  })()`)
  assert.deepEqual(await requests(), unknown.map((text) => (text === '–' ? '0/s' : text)))
  assert.deepEqual(errors, [])
  await close()
})
