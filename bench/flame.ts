import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { fromRoot } from '../apps/web/charts/flame-merge.ts'
import { callTree } from '../apps/web/charts/flame-tree.ts'
import { randomStacks, summed } from '../apps/web/charts/flame.cases.ts'
import type { FlameFigures } from './flame-page.ts'
import { formatQuartiles, machine, quartiles } from './measure.ts'

/**
 * The flame graph's own modules in a real browser (Debian's chromium, software rendering): from an answer of the API to the
 * first picture, and a zoom of 120 frames. Each cold round is a browser of its own, where no code is compiled yet. Goals: 100 ms, 16 ms.
 */
const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, density: { type: 'string', default: '1' } } })
const [rounds, density] = [Number(flags.rounds), Number(flags.density)]
const STEPS = 120
/** Nodes that are made at random, of which more than 50,000 have samples, and functions. */
const [MADE, FUNCTIONS] = [80_000, 3000]
const root = join(import.meta.dirname, '..')
const answers = Array.from({ length: rounds }, (_, round) => JSON.stringify(summed(fromRoot(callTree(randomStacks(MADE, FUNCTIONS, round + 1))))))

/** Serves the sources with their types stripped: what is measured is what the page runs, without a bundler between. */
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench')
  const path = normalize(pathname)
  if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><body></body>')
  if (path === '/stacks.json') return response.setHeader('content-type', 'application/json').end(answers[Number(searchParams.get('seed')) - 1])
  if (!path.endsWith('.ts')) return response.writeHead(404).end()
  response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(readFileSync(join(root, path), 'utf8')))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

/** Runs calls of `flame-page.ts` in a browser of their own. */
async function inBrowser<T>(work: (call: <R>(text: string) => Promise<R>) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: density })
    await page.goto(address)
    return await work((text) => page.evaluate(`import('/bench/flame-page.ts').then((page) => page.${text})`))
  } finally {
    await browser.close()
  }
}

type Call = Parameters<Parameters<typeof inBrowser>[0]>[0]
const firstPaint = (call: Call, round: number) => call<FlameFigures>(`firstPaint(${round + 1}, ${density})`)

try {
  const cold: FlameFigures[] = []
  for (let round = 0; round < rounds; round++) cold.push(await inBrowser((call) => firstPaint(call, round)))
  const { warm, zoom } = await inBrowser(async (call) => {
    await firstPaint(call, 0)
    const warm: FlameFigures[] = []
    for (let round = 0; round < rounds; round++) warm.push(await firstPaint(call, round))
    return { warm, zoom: await call<{ paintMs: number[]; frameMs: number[] }>(`zoomFrames(1, ${density}, ${STEPS})`) }
  })
  const figuresOf = (list: readonly FlameFigures[]) => Object.fromEntries((['parseMs', 'treeMs', 'layoutMs', 'paintMs', 'firstPaintMs', 'wholeMs'] as const).map((name) => [name, quartiles(list.map((figures) => figures[name]))]))
  const results = {
    density, nodes: quartiles(warm.map(({ nodes }) => nodes)), rectangles: quartiles(warm.map(({ rectangles }) => rectangles)),
    cold: figuresOf(cold), warm: figuresOf(warm),
    zoomPaintMs: quartiles(zoom.paintMs), zoomPaintP95Ms: at(zoom.paintMs, 0.95), zoomFrameMs: quartiles(zoom.frameMs), zoomFrameP95Ms: at(zoom.frameMs, 0.95),
  }
  for (const [name, list] of [['cold', results.cold], ['warm', results.warm]] as const) for (const [figure, value] of Object.entries(list)) console.log(`${name} ${figure.padEnd(14)} ${formatQuartiles(value, 1)}`)
  console.log(`zoom paint ${formatQuartiles(results.zoomPaintMs, 1)}, p95 ${results.zoomPaintP95Ms.toFixed(1)}; frame ${formatQuartiles(results.zoomFrameMs, 1)}, p95 ${results.zoomFrameP95Ms.toFixed(1)}; ${results.nodes.median} nodes, ${results.rectangles.median} rectangles`)
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  writeFileSync(new URL('results/flame.json', import.meta.url), `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`)
} finally {
  server.close()
}

function at(sample: readonly number[], share: number): number {
  return sample.toSorted((a, b) => a - b)[Math.floor((sample.length - 1) * share)] ?? Number.NaN
}
