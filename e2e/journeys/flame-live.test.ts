/** The flame graph on the real probe: turned on by its button, fed by the kernel's clock while a C program, a Node program and dd run. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Browser, Download, Locator, Page } from 'playwright-core'
import { startSonde, type RunningSonde } from '../running/sonde.ts'
import { until } from '../running/until.ts'
import { dragAcross, launch, open, output, type PageOptions } from './browser.ts'
import { startFlameLoad, type FlameLoad } from './flame-load.ts'

const WITHIN_MS = 120_000
/** Of so many samples a share of 0.6 is more than 15 points off once in six thousand times, and of the more that come while it is asked again never. */
const ENOUGH = 150
const POINTS = 15
/** Where no share is asked for, so many say that a program is there. */
const SOME = 20
/** Programs are nice: on a crowded machine they come by few samples a second. */
const SAMPLED_WITHIN_MS = 200_000
/** Of all stacks in words: on a machine where much runs some megabytes, and Node lets go at one. */
const PRINTED_BYTES = 256 << 20
/** Most frames of a stack that is walked down. */
const DEEPEST = 127

interface Profile {
  readonly sampleCount: number
  readonly valueNs: number
  readonly frames: readonly { readonly name: string; readonly kind: string; readonly nameSource: string }[]
  readonly nodes: readonly { readonly frame: number; readonly self: number }[]
}

describe('the flame graph of what runs', () => {
  let browser: Browser
  let sonde: RunningSonde
  let load: FlameLoad
  before(async () => {
    load = startFlameLoad()
    sonde = await startSonde({ port: 26_320 })
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await sonde?.stop()
    await load?.stop()
  })

  /** A page that is closed with its test, however that ends. */
  async function look(t: TestContext, query: string, options?: PageOptions) {
    const opened = await open(browser, `${sonde.url}/flame${query}`, options)
    // How it was left: of a test that failed, what it saw.
    t.after(async () => {
      if (opened.errors.length > 0) t.diagnostic(opened.errors.join('\n'))
      await opened.page.screenshot({ path: join(output, `flame-live-${t.name.replaceAll(/[^\w]+/g, '-').slice(0, 40)}.png`) })
      await opened.close()
    })
    opened.page.setDefaultTimeout(WITHIN_MS)
    const graph = opened.page.getByRole('group', { name: /^Flame graph/ })
    await arrived(opened.page, graph)
    return { ...opened, graph }
  }

  /** Waits for what the page shows first. A crowded machine may let go a part of it: then it is loaded again, as one would. */
  async function arrived(page: Page, graph: Locator): Promise<void> {
    const first = graph.or(page.getByRole('button', { name: 'Turn cpu_profile on' })).first()
    for (let tries = 0; tries < 3; tries++) {
      if (await first.waitFor({ timeout: 40_000 }).then(() => true, () => false)) return
      await page.reload()
    }
  }

  /** Waits until a program was sampled often enough. */
  async function sampled(pid: number, enough = SOME): Promise<void> {
    const { sampleCount } = await until(() => sonde.get<{ sampleCount: number }>(`profiles/samples?pid=${pid}`), (answer) => answer.sampleCount >= enough, SAMPLED_WITHIN_MS)
    assert.ok(sampleCount >= enough, `${sampleCount} samples of ${pid} within ${SAMPLED_WITHIN_MS / 1000} s`)
  }

  /** A range that is over, with samples of all programs in it. */
  async function pastRange(): Promise<string> {
    for (const pid of [load.shares, load.node, load.dd]) await sampled(pid)
    const now = new Date().toISOString()
    const end = new Date(Date.parse(now) - 5000).toISOString()
    // Seconds are told one after the other: with one that is later all before it are there.
    const later = await until(() => sonde.get<{ sampleCount: number }>(`profiles/samples?from=${now}&to=now`), ({ sampleCount }) => sampleCount > 0, WITHIN_MS)
    assert.ok(later.sampleCount > 0, 'it goes on')
    return `from=${new Date(Date.parse(end) - 600_000).toISOString()}&to=${end}`
  }

  /** A share that the search field tells, in percent. */
  async function matching(page: Page): Promise<number> {
    const said = page.getByRole('status', { name: /of samples match$/ })
    await said.waitFor()
    return Number.parseFloat((await said.getAttribute('aria-label'))!)
  }

  test('cpu_profile is turned on by the page’s button, and stacks of what runs come by themselves', async (t) => {
    const { page, errors, graph } = await look(t, '', { viewport: { width: 1280, height: 720 } })
    await page.getByText('node --perf-basic-prof --interpreted-frames-native-stack').waitFor()
    await page.getByRole('button', { name: 'Turn cpu_profile on' }).click()
    await graph.waitFor()
    await sampled(load.shares)
    const figures = page.getByText(/of CPU in 15.min/)
    const first = await figures.textContent()
    const next = await until(() => figures.textContent(), (text) => text !== first, WITHIN_MS)
    assert.notEqual(next, first, 'it goes on')
    await page.screenshot({ path: join(output, 'flame-live-dark.png') })
    assert.deepEqual(errors, [])
  })

  test('the C program’s functions have their shares of it', async (t) => {
    await sampled(load.shares, ENOUGH)
    const { page, errors } = await look(t, `?pid=${load.shares}&find=${encodeURIComponent('^most$')}`, { colorScheme: 'light', viewport: { width: 1280, height: 720 } })
    await page.getByRole('group', { name: /^Flame graph/ }).waitFor()
    await page.screenshot({ path: join(output, 'flame-live-search-light.png') })
    for (const [name, share] of [['most', 60], ['some', 30], ['least', 10]] as const) {
      await page.getByRole('textbox', { name: /^Search functions/ }).fill(`^${name}$`)
      await page.waitForURL((url) => url.searchParams.get('find') === `^${name}$`)
      const found = await until(() => matching(page), (percent) => Math.abs(percent - share) <= POINTS, WITHIN_MS)
      assert.ok(Math.abs(found - share) <= POINTS, `${name}: ${found} %, not ${share} %`)
    }
    assert.deepEqual(errors, [])
  })

  test('the Node program’s functions are named with file and line, as it tells them', async (t) => {
    await sampled(load.node, ENOUGH)
    const { page, errors, graph } = await look(t, `?pid=${load.node}`)
    await graph.waitFor()
    await page.getByRole('textbox', { name: /^Search functions/ }).fill('^seventy$')
    const share = await until(() => matching(page), (percent) => Math.abs(percent - 70) <= POINTS, WITHIN_MS)
    assert.ok(Math.abs(share - 70) <= POINTS, `${share} %`)
    await page.getByRole('button', { name: 'Next match' }).click()
    await graph.getByRole('status').filter({ hasText: `jit, ${load.script}:3, [jit], name from the program’s own perf map` }).waitFor({ state: 'attached' })
    assert.deepEqual(errors, [])
  })

  test('dd is the kernel’s work: turned round, what ran is the kernel’s, named by its symbols; every way of seeing it stands', async (t) => {
    await sampled(load.dd)
    const { page, errors, graph } = await look(t, `?pid=${load.dd}`)
    await graph.waitFor()
    await page.getByRole('button', { name: 'Reverse' }).click()
    await page.waitForURL(/[?&]shape=reverse/)
    await page.getByRole('group', { name: /what ran above what called it/ }).waitFor()
    await graph.focus()
    await page.keyboard.press('ArrowDown')
    await graph.getByRole('status').filter({ hasText: /kernel, \[kernel\], name from the kernel’s symbols/ }).waitFor({ state: 'attached' })
    await page.keyboard.press('s')
    await page.waitForURL(/[?&]shape=sandwich/)
    await page.getByRole('group', { name: /^Callers of / }).waitFor()
    await page.screenshot({ path: join(output, 'flame-live-sandwich-dark.png') })
    await page.getByRole('button', { name: 'From the root' }).click()
    await graph.waitFor()
    await graph.focus()
    // Down to a frame of the kernel, however many there are above.
    const said = graph.getByRole('status').filter({ hasText: /^vfs_read: / })
    for (let depth = 0; depth < DEEPEST && (await said.count()) === 0; depth++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/[?&]zoom=[0-9a-f]{16}/)
    await page.keyboard.press('f')
    await page.waitForURL(/[?&]focus=[0-9a-f]{16}/)
    await page.getByText('only stacks with').waitFor()
    assert.deepEqual(errors, [])
  })

  test('whose: a service, a thread and a CPU each narrow it; so does dragging over the samples', async (t) => {
    await sampled(load.shares)
    const { page, errors, graph } = await look(t, `?pid=${load.shares}`)
    await graph.waitFor()
    const choose = async (group: string, name: RegExp, param: string) => {
      await page.getByRole('button', { name: 'Whose' }).click()
      await page.getByRole('group', { name: group }).getByRole('menuitem', { name }).first().click()
      await page.waitForURL((url) => url.searchParams.has(param))
      await graph.waitFor()
    }
    await choose('Threads', /^shares/, 'tid')
    // One the thread was on: it may keep to it for long.
    const { cpus } = await sonde.get<{ cpus: { cpu: number; sampleCount: number }[] }>(`profiles/samples${new URL(page.url()).search}`)
    const most = cpus.reduce((busiest, one) => (one.sampleCount > busiest.sampleCount ? one : busiest))
    await choose('CPUs', new RegExp(`^CPU ${most.cpu}\\b`), 'cpu')
    await dragAcross(page.getByRole('img', { name: 'CPU time over time' }), 0.3, 0.998)
    await page.waitForURL(/[?&]from=.*to=/)
    await graph.waitFor()
    assert.deepEqual(errors, [])
  })

  test('exports of a past range agree, and other tools read them', async (t) => {
    const range = await pastRange()
    const profile = await sonde.get<Profile>(`profiles?${range}`)
    const { page, errors, graph } = await look(t, `?${range}`)
    await graph.waitFor()
    await page.getByText(`${profile.sampleCount.toLocaleString('en-US')} samples`).first().waitFor()
    const download = async (name: string): Promise<Buffer> => {
      await page.getByRole('button', { name: 'Export' }).click()
      const [file]: [Download, void] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()])
      return readFileSync(await file.path())
    }
    const folded = (await download('Folded stacks')).toString('utf8').trimEnd().split('\n')
    assert.equal(folded.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0), profile.sampleCount)
    assert.ok(folded.some((line) => /;rounds;most;burn \d+$/.test(line)))
    const { profiles: [only], shared } = JSON.parse((await download('speedscope')).toString('utf8')) as { shared: { frames: { name: string }[] }; profiles: { samples: number[][]; weights: number[] }[] }
    assert.equal(only!.weights.reduce((sum, weight) => sum + weight, 0), profile.valueNs)
    assert.deepEqual(only!.samples.map((stack) => stack.map((frame) => shared.frames[frame]!.name.replaceAll(';', ':')).join(';')).sort(), folded.map((line) => line.slice(0, line.lastIndexOf(' '))).sort())
    const file = join(output, 'flame-live.pb.gz')
    writeFileSync(file, await download('pprof'))
    const top = execFileSync('go', ['tool', 'pprof', '-raw', '-sample_index=samples', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: PRINTED_BYTES })
    const counts = [...top.matchAll(/^\s+(\d+)\s+\d+: /gm)].map(([, count]) => Number(count))
    assert.equal(counts.reduce((sum, count) => sum + count, 0), profile.sampleCount)
    const svg = (await download('SVG')).toString('utf8')
    writeFileSync(join(output, 'flame-live.svg'), svg)
    assert.match(svg, /<title>rounds: [\d,]+ samples/)
    const png = await download('PNG')
    writeFileSync(join(output, 'flame-live.png'), png)
    assert.deepEqual([png.subarray(1, 4).toString(), png.readUInt32BE(16)], ['PNG', 3200])
    assert.deepEqual(errors, [])
  })
})
