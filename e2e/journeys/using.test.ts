/** What people do with the pages: follow a selection and come back, stop the live tail, find, step in time; and what pages say when something is missing. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { until } from '../running/until.ts'
import { launch, open, output, pointAndClick, pointAt, pressBoth } from './browser.ts'
import { startShop, type Shop } from './shop.ts'

let browser: Browser
before(async () => { browser = await launch() })
after(() => browser?.close())

const params = (page: Page) => new URL(page.url()).searchParams
const chip = (page: Page, text: string) => page.getByRole('banner').getByText(text).first()
const rows = (page: Page) => page.getByRole('grid', { name: 'Requests' }).getByRole('row')

/** The first page of the list has come: there is something to scroll, and nothing is put below what came live any more. */
const readPage = (page: Page) => page.getByRole('grid', { name: 'Requests' }).and(page.locator('[aria-busy=false]')).waitFor()

/** Clicks a node of the map until its panel is there: while the map fits into its room it moves under the pointer. */
const choose = (page: Page, name: string) =>
  until(async () => {
    await page.locator('.react-flow__node').filter({ hasText: name }).click()
    return page.getByRole('complementary', { name }).isVisible()
  }, (shown) => shown, 60_000)

/** No node of the map stands outside of its room, as when a panel takes a part of that. */
const allInView = (page: Page) =>
  page.waitForFunction(() => {
    const room = document.querySelector('.react-flow')!.getBoundingClientRect()
    const nodes = [...document.querySelectorAll('.react-flow__node')].map((node) => node.getBoundingClientRect())
    return nodes.length > 0 && nodes.every(({ left, right }) => left >= room.left - 1 && right <= room.right + 1)
  })

describe('with nobody reporting', () => {
  let empty: Shop
  before(async () => { empty = await startShop({ port: 26_221, rate: 0, history: 0, trouble: 0, silent: true }) })
  after(() => empty?.stop())

  test('every page says why it is empty', async () => {
    const { page, errors, close } = await open(browser, empty.url)
    for (const [path, says] of [
      ['/', 'No collector has come yet'], ['/map', 'Nothing talked over TCP in this range.'], ['/requests', 'No request in this range yet.'], ['/connections', 'No TCP connection in this range.'],
      ['/processes', 'No process is known in this selection.'], ['/collector', 'No collector has reported.'],
    ] as const) {
      await page.goto(empty.url + path)
      await page.getByText(says).first().waitFor()
    }
    assert.deepEqual(errors, [])
    await close()
  })

  test('filters that match nothing are removed by one click', async () => {
    const { page, close } = await open(browser, `${empty.url}/requests?service=nobody&status=5xx`)
    await page.getByRole('button', { name: 'Remove all filters' }).click()
    await page.waitForURL((url) => !url.searchParams.has('service') && !url.searchParams.has('status'))
    await close()
  })
})

describe('on the shop', () => {
  let shop: Shop
  before(async () => { shop = await startShop({ port: 26_222, rate: 6, history: 20, trouble: 7, losses: 1204, crowd: 40 }) })
  after(() => shop?.stop())

  test('the selection stays from Overview to Map, Requests and one of them, and back undoes it step by step', async () => {
    const { page, errors, close } = await open(browser, shop.url)
    await pointAndClick(page.getByRole('grid', { name: 'Services' }).getByText('checkout', { exact: true }))
    await page.waitForURL(/\/service\?service=checkout/)
    await pressBoth(page, 'g', 'm')
    await page.waitForURL(/\/map\?service=checkout/)
    await chip(page, 'checkout').waitFor()
    await pressBoth(page, 'g', 'r')
    await page.waitForURL(/\/requests\?service=checkout/)
    await pointAndClick(rows(page).nth(3))
    await page.waitForURL((url) => url.searchParams.has('request'))
    await page.getByText('To scale').first().waitFor()
    assert.deepEqual([params(page).get('service'), params(page).has('paused')], ['checkout', true])
    await page.goBack()
    await page.waitForURL((url) => url.pathname === '/requests' && !url.searchParams.has('request') && !url.searchParams.has('paused'))
    await page.goBack()
    await page.waitForURL(/\/map\?service=checkout/)
    await page.goBack()
    await page.waitForURL(/\/service\?service=checkout/)
    await page.goBack()
    await page.waitForURL((url) => url.pathname === '/' && url.search === '')
    assert.deepEqual(errors, [])
    await close()
  })

  test('the live tail stands still when it is scrolled, counts what comes, and goes on', async () => {
    const { page, errors, close } = await open(browser, `${shop.url}/requests`)
    await readPage(page)
    await page.getByText('Live tail').waitFor()
    // Some rows more than fit, before it stands still under the pointer: else there is nothing to scroll.
    await page.waitForFunction(() => {
      const { scrollHeight, clientHeight } = document.querySelector('[role=grid][aria-label=Requests]')!.parentElement!
      return scrollHeight > clientHeight + 240
    })
    await pointAt(rows(page).nth(10))
    // Turned again until it is seen: a busy page may let go of a notch.
    const isPaused = await until(async () => {
      await page.mouse.wheel(0, 240)
      return params(page).has('paused')
    }, (paused) => paused)
    assert.equal(isPaused, true)
    await page.getByText(/\d newer$/).waitFor()
    const drawn = page.locator(`[role=grid][aria-label=Requests] tr[aria-rowindex="${await rows(page).nth(1).getAttribute('aria-rowindex')}"]`)
    const still = await drawn.innerText()
    const newer = await page.getByText(/\d newer$/).innerText()
    await page.waitForFunction((before) => ![...document.querySelectorAll('span')].some((span) => span.textContent === before), newer)
    assert.equal(await drawn.innerText(), still)
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.waitForURL((url) => !url.searchParams.has('paused'))
    await page.getByText('Live tail').waitFor()
    const top = page.locator('[role=grid][aria-label=Requests] tr[aria-rowindex="2"]')
    const before = await top.innerText()
    await until(() => top.innerText(), (text) => text !== before, 60_000).then((text) => assert.notEqual(text, before))
    assert.deepEqual(errors, [])
    await close()
  })

  test('[ and ] step by a range, and on from the last one it is live again', async () => {
    const { page, errors, close } = await open(browser, `${shop.url}/requests`)
    await rows(page).nth(3).waitFor()
    await page.keyboard.press('[')
    await page.waitForURL((url) => url.searchParams.has('from') && url.searchParams.has('to'))
    const length = () => Date.parse(params(page).get('to')!) - Date.parse(params(page).get('from')!)
    const [first, from] = [length(), params(page).get('from')!]
    assert.ok(Math.abs(first - 900_000) <= 2, `${first} ms`)
    // Faster than a page is drawn: each goes on from the one before.
    for (const key of ['[', '[', ']']) await page.keyboard.press(key)
    await page.waitForURL((url) => Math.abs(Date.parse(url.searchParams.get('to') ?? '') - Date.parse(from)) <= 4)
    assert.ok(Math.abs(length() - first) <= 4)
    await page.keyboard.press(']')
    await page.waitForURL((url) => Math.abs(Date.parse(url.searchParams.get('from') ?? '') - Date.parse(from)) <= 8)
    // The present has moved on meanwhile: on a slow machine by more than one step's grace.
    const isLive = await until(async () => {
      await page.keyboard.press(']')
      return !params(page).has('from')
    }, (live) => live, 60_000)
    assert.equal(isLive, true)
    await page.getByRole('button', { name: /^Live$|behind$/ }).waitFor()
    assert.deepEqual(errors, [])
    await close()
  })

  test('⌘K finds services, pages and actions; Esc gives the focus back', async () => {
    const { page, errors, close } = await open(browser, shop.url)
    const find = async (text: string, found: string | RegExp) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill(text)
      await page.getByRole('option', { name: found, selected: true }).waitFor()
    }
    await page.getByRole('grid', { name: 'Services' }).getByText('inventory', { exact: true }).waitFor()
    await find('inventory', /^inventory/)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('service') === 'inventory')
    await find('collector', /^Collector/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/collector\?service=inventory/)
    await find('remove all', /^Remove all filters/)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.searchParams.has('service'))
    const button = page.getByRole('button', { name: /Find or filter/ })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    // Given back once the dialog is gone.
    const isFocused = await until(() => button.evaluate((element) => element === document.activeElement), (is) => is, 60_000)
    assert.equal(isFocused, true)
    assert.deepEqual(errors, [])
    await close()
  })

  test('a link filter and its facet say the same', async () => {
    const { page, errors, close } = await open(browser, `${shop.url}/requests`)
    await page.getByRole('region', { name: 'Link to other end' }).getByRole('button', { name: /^unknown/ }).click()
    await page.waitForURL((url) => url.searchParams.get('link') === 'unknown')
    await chip(page, 'unknown').waitFor()
    const { total } = await shop.get<{ total: number }>('requests?link=unknown&from=now-1h')
    const { total: exact } = await shop.get<{ total: number }>('requests?link=exact&from=now-1h')
    assert.ok(total > 0 && exact > 0)
    assert.deepEqual(errors, [])
    await close()
  })

  test('a map of many nodes collapses; a group is expanded, and opened by what is chosen in it', async () => {
    const { page, errors, close } = await open(browser, `${shop.url}/map`)
    await page.getByText(/groups collapsed$/).waitFor()
    await choose(page, 'internet')
    const panel = page.getByRole('complementary', { name: 'internet' })
    await panel.getByText('In it').waitFor()
    await allInView(page)
    await page.screenshot({ path: join(output, 'shop-map-groups-dark.png') })
    const nodes = () => page.locator('.react-flow__node').count()
    const collapsed = await nodes()
    assert.ok(collapsed <= 40, `${collapsed} nodes`)
    await panel.getByRole('button', { name: /^203\.0\.113\.25/ }).click()
    await page.locator('.react-flow__node').filter({ hasText: '203.0.113.25' }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length === count, collapsed)
    await choose(page, '10.20.0.0/16')
    await page.getByRole('button', { name: 'Expand' }).click()
    await page.waitForURL((url) => url.searchParams.has('open'))
    await page.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length > count, collapsed)
    await page.getByRole('button', { name: 'Collapse groups' }).click()
    await page.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length === count, collapsed)
    assert.deepEqual(errors, [])
    await close()
  })

  test('what was lost is said beside the figures and in the honest line, with a way to why', async () => {
    const { page, errors, close } = await open(browser, `${shop.url}/map`)
    await page.getByText('1,204 requests are missing from these figures: ring buffer full, probe.exchange').waitFor()
    const line = page.getByRole('contentinfo')
    await line.getByText('1,204 records lost').waitFor()
    await line.getByRole('link', { name: 'why' }).click()
    await page.waitForURL(/\/collector/)
    await page.getByText('ring buffer full').first().waitFor()
    assert.deepEqual(errors, [])
    await close()
  })

  test('a slow answer dims the old picture, a failing one is named with a way to try again', async () => {
    const { page, close } = await open(browser, `${shop.url}/requests?status=200`)
    await readPage(page)
    await rows(page).nth(4).waitFor()
    let fail = () => {}
    const failing = new Promise<void>((resolve) => { fail = resolve })
    await page.route(/\/api\/v1\/requests\?/, async (route: Route) => {
      await failing
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Unavailable', status: 503, detail: 'The store does not answer.' }) })
    })
    await page.keyboard.press('[')
    const grid = page.getByRole('grid', { name: 'Requests' })
    await page.waitForFunction(() => getComputedStyle(document.querySelector('[role=grid][aria-label=Requests]')!).opacity === '0.4')
    assert.ok((await grid.getByRole('row').count()) > 3, 'the old picture stays')
    fail()
    await page.getByText('GET /api/v1/requests, 503').first().waitFor()
    await page.unroute(/\/api\/v1\/requests\?/)
    await page.getByRole('button', { name: 'Retry' }).first().click()
    await page.getByText('GET /api/v1/requests, 503').first().waitFor({ state: 'detached' })
    await page.waitForFunction(() => getComputedStyle(document.querySelector('[role=grid][aria-label=Requests]')!).opacity === '1')
    await close()
  })

  test('a collector that falls silent is said on every page, since when', async () => {
    await shop.fallSilent()
    const { page, errors, close } = await open(browser, shop.url)
    for (const path of ['/', '/map', '/requests', '/connections', '/processes', '/collector']) {
      await page.goto(shop.url + path)
      await page.getByText(/^nothing from web-01 since \d\d:\d\d:\d\d$/).waitFor()
      await page.getByRole('contentinfo').getByText(/^web-01 silent since/).waitFor()
      await page.getByRole('button', { name: /behind$/ }).waitFor()
      if (path === '/') await page.screenshot({ path: join(output, 'shop-silent-dark.png') })
    }
    assert.deepEqual(errors, [])
    await close()
  })
})
