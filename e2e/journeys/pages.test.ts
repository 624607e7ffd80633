/** Every page in both themes, live on a real workload and on the recording: it shows what it should, axe finds nothing serious, nothing is said in the console. */
import assert from 'node:assert/strict'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { startChain, type Chain } from '../workloads/chain.ts'
import { launch, open, output, pointAndClick, pressBoth, seriousViolations } from './browser.ts'

const WITHIN_MS = 60_000

/** What each page shows of the chain once it is there. */
const PAGES = [
  ['overview', '/', 'storefront'],
  ['map', '/map', 'storefront'],
  ['requests', '/requests', '/order/'],
  ['service', '/service?service=storefront', '/order/{id}'],
  ['syscalls', '/syscalls', 'epoll_'],
  ['connections', '/connections', 'storefront'],
  ['processes', '/processes', 'threads'],
  ['collector', '/collector', 'exchange'],
] as const

let browser: Browser

before(async () => {
  browser = await launch()
})
after(() => browser?.close())

function pagesOf(kind: string, url: () => string): void {
  for (const theme of ['dark', 'light'] as const) {
    for (const [name, path, shows] of PAGES) {
      test(`${kind}: ${name}, ${theme}`, async () => {
        const { page, errors, close } = await open(browser, url() + path, { colorScheme: theme })
        await page.getByText(shows).filter({ visible: true }).first().waitFor({ timeout: WITHIN_MS })
        await page.screenshot({ path: join(output, `${kind}-${name}-${theme}.png`) })
        assert.deepEqual(await seriousViolations(page), [])
        assert.deepEqual(errors, [])
        await close()
      })
    }
  }
}

describe('live on the chain', () => {
  let sonde: RunningSonde
  let chain: Chain
  let asking: NodeJS.Timeout

  const order = (path = `/order/${Math.floor(Math.random() * 1000)}`) =>
    new Promise<number>((resolve, reject) => {
      httpGet({ port: chain.port, host: '127.0.0.1', path, agent: false }, (response) => response.resume().once('end', () => resolve(Date.now()))).once('error', reject)
    })

  before(async () => {
    chain = await startChain(26_100)
    sonde = await startSonde({ port: 26_201 })
    asking = setInterval(() => void order(), 100)
  })
  after(async () => {
    clearInterval(asking)
    await sonde?.stop()
    await chain?.stop()
  })

  pagesOf('live', () => sonde.url)

  test('a request opens beside the list and closes by Esc; a pasted link shows the same', async () => {
    const { page, errors, close } = await open(browser, `${sonde.url}/requests?service=storefront`)
    const row = page.getByRole('row').filter({ hasText: '/order/' }).first()
    await row.waitFor({ timeout: WITHIN_MS })
    await pointAndClick(row)
    await page.waitForURL(/request=/)
    await page.getByText('To scale').first().waitFor({ timeout: WITHIN_MS })
    await page.screenshot({ path: join(output, 'live-request-detail-dark.png') })
    // The row that was clicked may leave the list, and the focus with it.
    await page.evaluate('document.activeElement.blur()')
    const pasted = await open(browser, page.url(), { colorScheme: 'light' })
    await pasted.page.getByText('To scale').first().waitFor({ timeout: WITHIN_MS })
    await pasted.close()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('request'))
    assert.deepEqual(errors, [])
    await close()
  })

  test('keys: pages, palette, theme, pause', async () => {
    const { page, errors, close } = await open(browser, sonde.url)
    await page.getByText('storefront').first().waitFor({ timeout: WITHIN_MS })
    await pressBoth(page, 'g', 'r')
    await page.waitForURL(/\/requests/)
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').first().waitFor({ state: 'detached' })
    const dark = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.keyboard.press('t')
    await page.waitForFunction(`getComputedStyle(document.body).backgroundColor !== ${JSON.stringify(dark)}`)
    await page.keyboard.press('Space')
    await page.getByText('Paused').first().waitFor()
    assert.deepEqual(errors, [])
    await close()
  })

  test('what programs send is text: markup, controls and bidi break no page', async () => {
    const marker = `/hostile-${Date.now()}`
    // Of all requests some forty rows are drawn, and as many come in half a second.
    const { page, errors, close } = await open(browser, `${sonde.url}/requests?path=${encodeURIComponent(`${marker}*`)}`)
    await order(`${marker}/%3Cscript%3E'"<img/src=x/onerror=window.broken=1>`)
    await page.getByRole('row').filter({ hasText: marker }).first().waitFor({ timeout: WITHIN_MS })
    assert.equal(await page.evaluate('window.broken'), undefined)
    assert.deepEqual(errors, [])
    await close()
  })

  test('from the last byte to the row on the page', async (t) => {
    // Only these, so that each row is drawn for as long as it takes.
    const { page, close } = await open(browser, `${sonde.url}/requests?service=storefront&role=server&path=${encodeURIComponent('/order/50*')}`)
    await order('/order/5099')
    await page.getByText('/order/5099', { exact: true }).first().waitFor({ timeout: WITHIN_MS })
    const delays: number[] = []
    for (let i = 0; i < 50; i++) {
      const path = `/order/${5000 + i}`
      const ended = await order(path)
      await page.getByText(path, { exact: true }).first().waitFor({ timeout: WITHIN_MS })
      delays.push((await page.evaluate<number>('Date.now()')) - ended)
    }
    delays.sort((a, b) => a - b)
    t.diagnostic(`p50 ${delays[24]} ms, p95 ${delays[47]} ms of 50`)
    await close()
  })

  for (const [name, path] of [['overview', '/'], ['requests', '/requests']] as const) {
    test(`${name} on a phone and at 1280 × 720`, async () => {
      for (const [size, viewport] of [['phone', { width: 390, height: 844 }], ['1280', { width: 1280, height: 720 }]] as const) {
        const { page, errors, close } = await open(browser, sonde.url + path, { viewport })
        await page.getByText('storefront').first().waitFor({ state: 'attached', timeout: WITHIN_MS })
        await page.screenshot({ path: join(output, `live-${name}-${size}.png`) })
        assert.deepEqual(errors, [])
        await close()
      }
    })
  }
})

describe('on the recording', () => {
  let demo: RunningSonde
  before(async () => {
    demo = await startSonde({ command: 'demo', port: 26_202 })
  })
  after(() => demo?.stop())
  pagesOf('recording', () => demo.url)
})
