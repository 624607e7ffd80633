/** The host and what watching costs, on a real workload: system calls, the bands above the services, switches and prices of probes. */
import assert from 'node:assert/strict'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser } from 'playwright-core'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { startChain, type Chain } from '../workloads/chain.ts'
import { launch, open, output, pointAndClick, pressBoth, seriousViolations, type PageOptions } from './browser.ts'

const THEMES = ['dark', 'light'] as const
const WITHIN_MS = 60_000

interface Probe {
  readonly name: string
  readonly enabled: boolean
  readonly state: string
  readonly observedShare: number | null
  readonly cpuShare: number | null
}

describe('host', () => {
  let browser: Browser
  let sonde: RunningSonde
  let chain: Chain
  let asking: NodeJS.Timeout

  before(async () => {
    chain = await startChain(26_300)
    sonde = await startSonde({ port: 26_310 })
    asking = setInterval(() => httpGet({ port: chain.port, host: '127.0.0.1', path: `/order/${Math.floor(Math.random() * 1000)}`, agent: false }, (response) => response.resume()).on('error', () => {}), 100)
    browser = await launch()
    // Ready is said before the collector has told what it watches.
    await until(() => probe('syscall_latency'), (one) => one !== undefined, WITHIN_MS)
    await until(() => sonde.get<{ total: number }>('requests?service=storefront'), ({ total }) => total > 0, WITHIN_MS)
  })
  after(async () => {
    clearInterval(asking)
    await browser?.close()
    await sonde?.stop()
    await chain?.stop()
  })

  async function probe(name: string): Promise<Probe> {
    return (await sonde.get<{ probes: Probe[] }>('probes')).probes.find((one) => one.name === name)!
  }

  /** A page that is closed with its test, however that ends: one that is left open is looked at. */
  async function look(t: TestContext, path: string, options?: PageOptions) {
    const opened = await open(browser, sonde.url + path, options)
    t.after(() => opened.close())
    return opened
  }

  /** Through the API, to begin from a known state. */
  async function switched(name: string, enabled: boolean): Promise<void> {
    const response = await fetch(`${sonde.url}/api/v1/probes/${name}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ enabled }) })
    assert.equal(response.status, 200)
    const now = await until(() => probe(name), (one) => one.state === (enabled ? 'attached' : 'off'), WITHIN_MS)
    assert.equal(now.state, enabled ? 'attached' : 'off')
  }

  test('syscalls: off says so and offers the switch; then the page is listened to all the time and says of every count in which share of it', async (t) => {
    await switched('syscall_latency', false)
    // Of the service alone: of all that runs here only what took most time is drawn.
    const { page, errors } = await look(t, '/?service=storefront')
    await page.getByRole('grid', { name: 'Services' }).getByText('storefront').first().waitFor({ timeout: WITHIN_MS })
    await pressBoth(page, 'g', 's')
    await page.waitForURL(/\/syscalls/)
    await page.getByText('syscall_latency is off', { exact: false }).waitFor({ timeout: WITHIN_MS })
    await page.screenshot({ path: join(output, 'host-syscalls-off-dark.png') })
    await page.getByRole('button', { name: 'Turn it on' }).click()
    const rows = page.getByRole('grid', { name: 'System calls' }).getByRole('row').filter({ hasText: 'storefront' })
    await rows.first().waitFor({ timeout: WITHIN_MS })
    await page.getByRole('status').filter({ hasText: 'listening all the time' }).waitFor({ timeout: WITHIN_MS })
    assert.equal((await probe('syscall_latency')).state, 'attached')
    const counts = await rows.locator('td:nth-child(3)').allTextContents()
    assert.ok(counts.length > 0 && counts.every((text) => /^[\d,]+in [\d.<\s]+%$/.test(text)), counts.join('; '))
    await pointAndClick(rows.filter({ hasText: /epoll_p?wait/ }).first())
    await page.waitForURL(/call=/)
    await page.getByRole('complementary', { name: 'The chosen call' }).getByRole('img').waitFor({ timeout: WITHIN_MS })
    assert.deepEqual(errors, [])
  })

  test('the switch on the collector’s page turns a probe on and off, and what it costs comes', async (t) => {
    await switched('run_queue_latency', false)
    const { page, errors } = await look(t, '/collector')
    const row = page.getByRole('grid', { name: 'Probes' }).getByRole('row').filter({ hasText: 'run_queue_latency' })
    const toggle = row.getByRole('switch')
    await row.getByText('off', { exact: true }).waitFor({ timeout: WITHIN_MS })
    await toggle.click()
    await row.getByText('of the time').waitFor({ timeout: WITHIN_MS })
    assert.equal((await probe('run_queue_latency')).state, 'attached')
    assert.equal(await toggle.getAttribute('aria-checked'), 'true')
    // Measured a few seconds after it was loaded; the figures are then on the page without asking again.
    const priced = await until(() => probe('run_queue_latency'), ({ cpuShare }) => cpuShare !== null, WITHIN_MS)
    assert.ok(priced.cpuShare! > 0)
    await row.getByRole('gridcell').filter({ hasText: /^[\d.]+[nµm]s$/ }).first().waitFor({ timeout: WITHIN_MS })
    await toggle.click()
    await row.getByText('off', { exact: true }).waitFor({ timeout: WITHIN_MS })
    assert.equal((await probe('run_queue_latency')).state, 'off')
    await switched('run_queue_latency', true)
    assert.deepEqual(errors, [])
  })

  test('before Sonde ran nothing was watched: that is hatched and not zero, in the picture and in its table', async (t) => {
    const { page, errors } = await look(t, '/service?service=storefront')
    await page.getByText('hatched: nobody watched').waitFor({ timeout: WITHIN_MS })
    await page.getByRole('group', { name: 'Requests, errors and latency over time' }).focus()
    await page.keyboard.press('t')
    const table = page.getByRole('table', { name: 'Requests, errors and latency over time' })
    await table.waitFor({ timeout: WITHIN_MS })
    const rows = async () => (await table.getByRole('row').allTextContents()).slice(1).map((text) => text.replaceAll(/\s/g, ''))
    const isRate = (text: string) => /^\d\d:\d\d:\d\d[1-9][\d.]*\/s/.test(text)
    // A step is there once it is over.
    const steps = await until(rows, (texts) => texts.some(isRate), WITHIN_MS)
    assert.ok(steps.some(isRate), steps.slice(-3).join('; '))
    assert.match(steps[2]!, /^\d\d:\d\d:\d\d–––––$/)
    assert.deepEqual(errors, [])
  })

  test('what is added to a request is measured: on the line below, and for each watched service', async (t) => {
    const { page, errors } = await look(t, '/collector?service=storefront')
    const { addedNsPerRequest } = await until(() => sonde.get<{ addedNsPerRequest: number | null }>('status'), (status) => status.addedNsPerRequest !== null, WITHIN_MS)
    assert.ok(addedNsPerRequest! > 0)
    await page.getByText(/adds ≈ [\d.]+\s[nµm]s a request/).waitFor({ timeout: WITHIN_MS })
    const added = page.getByRole('table', { name: 'Added to what is watched' }).getByRole('row').filter({ hasText: 'storefront' })
    // It may be there before its requests were counted.
    const perRequest = await until(() => added.first().locator('td').nth(2).textContent(), (text) => text !== '–', WITHIN_MS)
    assert.match(perRequest!, /^[\d.]+[nµm]s$/)
    await page.getByRole('table', { name: 'Queues and ceilings' }).getByText('memory of the collector').waitFor({ timeout: WITHIN_MS })
    assert.deepEqual(errors, [])
  })

  test('syscalls seen by nobody are listened to now and then again', async () => {
    const now = await until(() => probe('syscall_latency'), ({ observedShare }) => observedShare !== null && observedShare < 0.9, WITHIN_MS)
    assert.ok(now.observedShare! < 0.9, `${now.observedShare}`)
  })

  for (const colorScheme of THEMES) {
    for (const [name, path, shows, table] of [['overview', '/', 'Host', 'Services'], ['syscalls', '/syscalls', 'System calls', 'System calls'], ['collector', '/collector', 'Probes', 'Added to what is watched']] as const) {
      test(`${name}, ${colorScheme}: axe finds nothing serious`, async (t) => {
        const { page, errors } = await look(t, `${path}?service=storefront`, { colorScheme })
        await page.getByRole('table', { name: table }).or(page.getByRole('grid', { name: table })).getByText('storefront').filter({ visible: true }).first().waitFor({ timeout: WITHIN_MS })
        await page.getByLabel(shows, { exact: true }).first().waitFor({ timeout: WITHIN_MS })
        await page.screenshot({ path: join(output, `host-${name}-${colorScheme}.png`) })
        assert.deepEqual(await seriousViolations(page), [])
        assert.deepEqual(errors, [])
      })
    }
  }

  test('the bands of the host stand above the services, with figures, also on a phone', async (t) => {
    const LABELS = [/^CPU/, /^Run queue/, /^Memory/, /^(I\/O|CPU|Memory) pressure/, /^Disk writes/, /^Network/]
    for (const [size, viewport] of [['1280', { width: 1280, height: 720 }], ['phone', { width: 390, height: 844 }]] as const) {
      const { page, errors } = await look(t, '/', { viewport })
      const band = page.getByRole('region', { name: 'Host' })
      await band.getByRole('listitem').first().waitFor({ timeout: WITHIN_MS })
      const texts = await band.getByRole('listitem').allTextContents()
      assert.equal(texts.length, LABELS.length)
      for (const [i, label] of LABELS.entries()) assert.match(texts[i]!, label)
      await band.getByText(/^of \d+ cores?$/).or(band.getByText(/stolen|^was/)).first().waitFor({ timeout: WITHIN_MS })
      await band.getByText('p95 wait').or(band.getByText(/^was/)).first().waitFor({ timeout: WITHIN_MS })
      await page.screenshot({ path: join(output, `host-overview-${size}.png`) })
      assert.deepEqual(errors, [])
    }
  })
})
