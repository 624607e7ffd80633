import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** Where screenshots go. */
export const output = join(import.meta.dirname, '.output')

export async function launch(): Promise<Browser> {
  mkdirSync(output, { recursive: true })
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
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

/** A page of its own context; every wait in it is for 30 s at most. */
export async function open(browser: Browser, url: string, { colorScheme = 'dark', viewport = { width: 1440, height: 900 } }: PageOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  return { page, errors, close: () => context.close() }
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
