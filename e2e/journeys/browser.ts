import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { until } from '../running/until.ts'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** Where screenshots go. */
export const output = join(import.meta.dirname, '.output')

export async function launch(): Promise<Browser> {
  mkdirSync(output, { recursive: true })
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS, timeout: 120_000 })
}

export interface OpenPage {
  readonly page: Page
  /** What was said in the console as errors, and exceptions. */
  readonly errors: string[]
  close(): Promise<void>
}

export interface PageOptions {
  readonly colorScheme?: 'dark' | 'light'
  readonly viewport?: { readonly width: number; readonly height: number }
}

/** A page of its own context; every wait in it is for a minute at most. */
export async function open(browser: Browser, url: string, { colorScheme = 'dark', viewport = { width: 1440, height: 900 } }: PageOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  return { page, errors, close: () => context.close() }
}

/** Two keys that belong together, sent at once: however long a busy page takes for the first, they don't come apart. */
export async function pressBoth(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)])
}

/** Moves the pointer to where it is now: live rows stand still once the pointer is over their table. */
export async function pointAt(target: Locator): Promise<void> {
  // A row that is being looked at may leave the list: then it is another's turn.
  const { x, y, width, height } = (await until(() => target.boundingBox(), (box) => box !== null))!
  await target.page().mouse.move(x + width / 2, y + height / 2)
}

/** Points and clicks, as one does: a click waits until its target stands still. */
export async function pointAndClick(target: Locator): Promise<void> {
  await pointAt(target)
  await target.click()
}

/** Drags across an element from one share of its width to another, wherever it has moved to meanwhile. */
export async function dragAcross(over: Locator, from: number, to: number): Promise<void> {
  const page = over.page()
  const { width } = (await over.boundingBox())!
  await over.hover({ position: { x: width * from, y: 20 } })
  await page.mouse.down()
  await over.hover({ position: { x: width * to, y: 20 } })
  await page.mouse.up()
}

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe calls serious or critical. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const violations = await page.evaluate<Violation[]>('axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)')
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
