import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import type { FlameFigures } from './flame-page.ts'
import { formatQuartiles, machine, quartiles } from './measure.ts'

/**
 * The flame graph's own modules in a real browser (Debian's chromium, software rendering): from an answer of the API to the
 * first picture, and a zoom of 120 frames. Of 80,000 nodes of an answer more than 50,000 are laid out: those with samples. Goals: 100 ms, 16 ms.
 */
const { values: flags } = parseArgs({ options: { frames: { type: 'string', default: '80000' }, rounds: { type: 'string', default: '7' }, density: { type: 'string', default: '1' } } })
const [frames, rounds, density] = [Number(flags.frames), Number(flags.rounds), Number(flags.density)]
const STEPS = 120
const root = join(import.meta.dirname, '..')

/** Serves the sources with their types stripped: what is measured is what the page runs, without a bundler between. */
const server = createServer((request, response) => {
  const path = normalize(request.url ?? '/')
  if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><body></body>')
  if (!path.endsWith('.ts')) return response.writeHead(404).end()
  response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(readFileSync(join(root, path), 'utf8')))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: density })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const run = <T>(call: string) => page.evaluate<T>(`import('/bench/flame-page.ts').then((page) => page.${call})`)
  const first: FlameFigures[] = []
  for (let round = 0; round < rounds; round++) first.push(await run<FlameFigures>(`firstPaint(${frames}, ${round + 1}, ${density})`))
  const zoom = await run<{ paintMs: number[]; frameMs: number[] }>(`zoomFrames(${frames}, 1, ${density}, ${STEPS})`)
  const of = (pick: (figures: FlameFigures) => number) => quartiles(first.map(pick))
  const results = {
    frames, density, nodes: of(({ nodes }) => nodes), rectangles: of(({ rectangles }) => rectangles),
    // The first round also compiles the code: a page is opened with it.
    coldFirstPaintMs: first[0]!.firstPaintMs, coldParseMs: first[0]!.parseMs, coldTreeMs: first[0]!.treeMs, coldLayoutMs: first[0]!.layoutMs, coldPaintMs: first[0]!.paintMs,
    parseMs: of(({ parseMs }) => parseMs), treeMs: of(({ treeMs }) => treeMs), layoutMs: of(({ layoutMs }) => layoutMs), paintMs: of(({ paintMs }) => paintMs), firstPaintMs: of(({ firstPaintMs }) => firstPaintMs),
    zoomPaintMs: quartiles(zoom.paintMs), zoomPaintP95Ms: at(zoom.paintMs, 0.95), zoomFrameMs: quartiles(zoom.frameMs), zoomFrameP95Ms: at(zoom.frameMs, 0.95),
  }
  for (const [name, value] of Object.entries(results)) console.log(`${name.padEnd(18)} ${typeof value === 'number' ? value.toFixed(1) : formatQuartiles(value, 1)}`)
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  writeFileSync(new URL('results/flame.json', import.meta.url), `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`)
} finally {
  await browser.close()
  server.close()
}

function at(sample: readonly number[], share: number): number {
  return sample.toSorted((a, b) => a - b)[Math.floor((sample.length - 1) * share)] ?? Number.NaN
}
