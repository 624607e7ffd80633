/** The flame graph on known stacks: what it says, how it is walked, zoomed, searched, turned and exported; and what it says while nothing is sampled. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { after, before, describe, test } from 'node:test'
import type { Browser, Download, Locator } from 'playwright-core'
import { dragAcross, launch, open as openPage, output, pressBoth, seriousViolations, type OpenPage } from './browser.ts'
import { SAMPLES_A_SECOND, startFlameWeb, type FlameWeb } from './flame-feed.ts'

const SECONDS = 300

let browser: Browser
let web: FlameWeb

before(async () => {
  browser = await launch()
  web = await startFlameWeb(26_203)
})
after(async () => {
  await browser?.close()
  await web?.stop()
})

interface Opened extends OpenPage {
  readonly graph: Locator
}

async function open(query: string, colorScheme: 'dark' | 'light' = 'dark'): Promise<Opened> {
  const opened = await openPage(browser, `${web.url}/flame${query}`, { colorScheme })
  return { ...opened, graph: opened.page.getByRole('group', { name: /^Flame graph/ }) }
}

/** Puts the focus on the picture and presses keys, until what is said of the chosen frame matches. */
async function walk({ page, graph }: Opened, keys: readonly string[], said: RegExp): Promise<void> {
  await graph.focus()
  for (const key of keys) await page.keyboard.press(key)
  await graph.getByRole('status').filter({ hasText: said }).waitFor({ state: 'attached' })
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path())
}

describe('the flame graph, while nothing was sampled', () => {
  test('it says why, and switches the probe on', async () => {
    const { page, errors, close } = await open('')
    const button = page.getByRole('button', { name: 'Turn cpu_profile on' })
    await button.waitFor()
    await page.screenshot({ path: join(output, 'flame-empty-dark.png') })
    assert.deepEqual(await seriousViolations(page), [])
    assert.equal(web.probeIsOn(), false)
    await button.click()
    await page.getByText('cpu_profile is on, and no stack has come yet').waitFor()
    assert.equal(web.probeIsOn(), true)
    assert.deepEqual(errors, [])
    await close()
  })
})

describe('the flame graph, once stacks came', () => {
  before(() => web.sample(SECONDS))

  test('they are there by themselves, every one of them', async () => {
    const { page, errors, graph, close } = await open('')
    await graph.waitFor()
    await page.getByText(`${(SAMPLES_A_SECOND * SECONDS).toLocaleString('en-US')} samples`).first().waitFor()
    assert.deepEqual(errors, [])
    await close()
  })

  for (const theme of ['dark', 'light'] as const) {
    test(`${theme}: axe finds nothing serious in the picture, the table and the sandwich`, async () => {
      const opened = await open('', theme)
      const { page, errors, graph, close } = opened
      await graph.waitFor()
      await walk(opened, ['ArrowDown', 'ArrowDown'], /^main: 19,500 samples, .*, 66\.3\s%; self 0\. /)
      await page.screenshot({ path: join(output, `flame-root-${theme}.png`) })
      assert.deepEqual(await seriousViolations(page), [])
      await page.keyboard.press('t')
      await page.getByRole('grid', { name: 'Functions' }).waitFor()
      await page.keyboard.press('t')
      await graph.waitFor()
      await page.keyboard.press('t')
      await page.getByRole('grid', { name: 'Functions' }).waitFor()
      await page.screenshot({ path: join(output, `flame-table-${theme}.png`) })
      assert.deepEqual(await seriousViolations(page), [])
      await page.getByRole('row').filter({ hasText: 'handleOrder' }).click()
      await page.getByRole('group', { name: 'Callers of handleOrder' }).waitFor()
      await page.screenshot({ path: join(output, `flame-sandwich-${theme}.png`) })
      assert.deepEqual(await seriousViolations(page), [])
      assert.deepEqual(errors, [])
      await close()
    })
  }

  test('zoom is a step: Enter and click go in, the back button and Esc out; focus shows only a function’s stacks', async () => {
    const opened = await open('?service=checkout')
    const { page, errors, graph, close } = opened
    await graph.waitFor()
    await walk(opened, ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter'], /^handleOrder: 15,000 samples/)
    await page.waitForURL(/[?&]zoom=[0-9a-f]{16}/)
    // The address changes first; keys and clicks go by what is drawn.
    const way = page.getByRole('navigation', { name: 'Zoom' })
    await way.getByText('handleOrder').waitFor()
    const zoomed = page.url()
    await page.goBack()
    await page.waitForURL((url) => !url.searchParams.has('zoom'))
    await way.waitFor({ state: 'detached' })
    await page.goForward()
    await page.waitForURL(({ href }) => href === zoomed)
    await way.getByText('handleOrder').waitFor()
    await graph.focus()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('zoom'))
    await way.waitFor({ state: 'detached' })
    const box = (await graph.boundingBox())!
    await graph.click({ position: { x: box.width * 0.3, y: 70 } })
    await page.waitForURL(/[?&]zoom=/)
    await walk(opened, ['f'], /^uv_run: /)
    await page.waitForURL(/[?&]focus=[0-9a-f]{16}/)
    await page.getByText('only stacks with').waitFor()
    // `c` copies here, but after `g` it is a page.
    await pressBoth(page, 'g', 'c')
    await page.waitForURL(/\/connections/)
    assert.deepEqual(errors, [])
    await close()
  })

  test('search says which share matches, each sample once, and what is no pattern', async () => {
    const { page, errors, graph, close } = await open('')
    await graph.waitFor()
    await page.keyboard.press('/')
    // So slowly that it is searched for while more is typed: none of that is lost.
    await page.keyboard.type('handleorder|sha256', { delay: 160 })
    await page.getByRole('status', { name: /^51\.0\s% of samples match$/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/[?&]find=/)
    await page.screenshot({ path: join(output, 'flame-search-dark.png') })
    await page.keyboard.type('(')
    await page.getByRole('alert').filter({ hasText: 'not a regular expression' }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('find'))
    assert.deepEqual(errors, [])
    await close()
  })

  test('reverse begins with what ran; recursion counts once; names are only text', async () => {
    const opened = await open('')
    const { page, errors, graph, close } = opened
    await graph.waitFor()
    await page.getByRole('button', { name: 'Reverse' }).click()
    await page.waitForURL(/[?&]shape=reverse/)
    await page.getByRole('group', { name: /what ran above what called it/ }).waitFor()
    await walk(opened, ['ArrowDown'], /^fib: 6,000 samples, .*; self 0/)
    await page.goto(`${web.url}/flame?view=table&find=fib%7C%3Cimg`)
    for (const [name, self, total] of [['fib', '20.4', '20.4'], [String.raw`<img src=x onerror=window.broken=1>\u202e`, '0', '20.4']] as const) {
      const cells = page.getByRole('row').filter({ hasText: name }).getByRole('gridcell')
      await cells.first().waitFor()
      const texts = await cells.allTextContents()
      assert.deepEqual([texts[0], texts[1]!.replace(/\s?%/, ''), texts[3]!.replace(/\s?%/, '')], [name, self, total])
    }
    assert.equal(await page.evaluate('window.broken'), undefined)
    assert.deepEqual(errors, [])
    await close()
  })

  test('exports: folded, speedscope and pprof of the selection, SVG and PNG of the picture', async () => {
    const { page, errors, graph, close } = await open('?service=batch')
    await graph.waitFor()
    const download = async (name: string) => {
      await page.getByRole('button', { name: 'Export' }).click()
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()])
      return bytesOf(file)
    }
    assert.match((await download('Folded stacks')).toString('utf8'), /^_start;main;.*;fib;fib;fib \d+\n$/)
    const speedscope = JSON.parse((await download('speedscope')).toString('utf8')) as { shared: { frames: unknown[] } }
    assert.equal(speedscope.shared.frames.length, 4)
    assert.ok(gunzipSync(await download('pprof')).includes('fib'))
    const svg = (await download('SVG')).toString('utf8')
    assert.match(svg, /^<svg [^>]*>.*<title>fib: 6,000 samples/)
    assert.doesNotMatch(svg, /<img|\u202e/)
    assert.deepEqual([...(await download('PNG')).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
    assert.deepEqual(errors, [])
    await close()
  })

  test('whose, and when: a thread by the menu, a range by dragging over the samples', async () => {
    const { page, errors, graph, close } = await open('')
    await graph.waitFor()
    await page.getByRole('button', { name: 'Whose' }).click()
    await page.getByRole('menuitem', { name: /^V8Worker/ }).click()
    await page.waitForURL(/[?&]tid=4107/)
    await page.getByText('1 thread', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Remove thread 4107' }).click()
    await page.waitForURL((url) => !url.searchParams.has('tid'))
    await dragAcross(page.getByRole('img', { name: 'CPU time over time' }), 0.6, 0.9)
    await page.waitForURL(/[?&]from=.*to=/)
    await graph.waitFor()
    await page.screenshot({ path: join(output, 'flame-range-dark.png') })
    assert.deepEqual(errors, [])
    await close()
  })
})
