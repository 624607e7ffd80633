/// <reference lib="dom" />
/** What `flame.ts` runs in the browser: the page's own modules, on a canvas as large as the page's. */
import { fromRoot } from '../apps/web/charts/flame-merge.ts'
import { FlamePainter, ROW_PX } from '../apps/web/charts/flame-painter.ts'
import { FLAME_TOKENS, paletteOf, type FlameTokens } from '../apps/web/charts/flame-palette.ts'
import { callTree, wideTree, type CallTree, type SummedStacks } from '../apps/web/charts/flame-tree.ts'
import { scaled, WHOLE, type Stretch } from '../apps/web/charts/flame-view.ts'
import { LEAST_PX } from '../apps/web/charts/flame-visible.ts'

const WIDTH_PX = 1360
const HEIGHT_PX = 640
const COLOURS = ['#95602f', '#416b9a', '#7d5684', '#2a7f70', '#62656a']
const tokens = Object.fromEntries(FLAME_TOKENS.map((name, i) => [name, name === 'font-mono' ? 'monospace' : name.endsWith('-ink') || name === 'text-1' ? '#ffffff' : COLOURS[i % COLOURS.length]!])) as FlameTokens

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))

function canvas(): HTMLCanvasElement {
  const element = document.createElement('canvas')
  element.style.width = `${WIDTH_PX}px`
  element.style.height = `${HEIGHT_PX}px`
  document.body.replaceChildren(element)
  return element
}

function sceneOf(tree: CallTree, stretch: Stretch, layout = fromRoot(tree)) {
  const whole = layout.total[0]!
  return { layout, palette: paletteOf(tree, 'kind', tokens), matches: undefined, from: stretch.from * whole, to: stretch.to * whole, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, scrollPx: 0, upward: false, dimRows: 0, rootLabel: 'all' }
}

/** An answer of the API as it comes. */
const answer = async (seed: number): Promise<string> => (await fetch(`/stacks.json?seed=${seed}`)).text()

export interface FlameFigures {
  readonly nodes: number
  readonly rectangles: number
  readonly parseMs: number
  readonly treeMs: number
  readonly layoutMs: number
  readonly paintMs: number
  /** From the text of the answer until the picture is on the screen. */
  readonly firstPaintMs: number
  /** Then, as the page does it when the browser has time: all of it, as a tree, laid out and painted again. */
  readonly wholeMs: number
}

/** From an answer of the API to the first picture, on a canvas nothing was drawn on. */
export async function firstPaint(seed: number, density: number): Promise<FlameFigures> {
  const text = await answer(seed)
  const painter = new FlamePainter(canvas())
  await nextFrame()
  const began = performance.now()
  const stacks = JSON.parse(text) as SummedStacks
  const parsed = performance.now()
  const tree = wideTree(stacks, (stacks.sampleCount * LEAST_PX) / innerWidth, Math.ceil(innerHeight / ROW_PX))
  const treed = performance.now()
  const layout = fromRoot(tree)
  const laidOut = performance.now()
  const rectangles = painter.paint(sceneOf(tree, WHOLE, layout), density)
  const painted = performance.now()
  // The first callback is of the frame that shows it, the second comes when that is done.
  await nextFrame()
  const shown = await nextFrame()
  const again = performance.now()
  const all = callTree(stacks)
  const whole = fromRoot(all)
  const wholeRectangles = painter.paint(sceneOf(all, WHOLE, whole), density)
  const wholeMs = performance.now() - again
  if (wholeRectangles !== rectangles) throw new Error(`first ${rectangles} rectangles, then ${wholeRectangles}`)
  return { nodes: whole.count, rectangles, parseMs: parsed - began, treeMs: treed - parsed, layoutMs: laidOut - treed, paintMs: painted - laidOut, firstPaintMs: Math.max(shown, painted) - began, wholeMs }
}

/** A zoom to a twentieth and back, a step a frame: what painting takes, and from frame to frame. */
export async function zoomFrames(seed: number, density: number, steps: number): Promise<{ readonly paintMs: number[]; readonly frameMs: number[] }> {
  const tree = callTree(JSON.parse(await answer(seed)) as SummedStacks)
  const layout = fromRoot(tree)
  const { palette } = sceneOf(tree, WHOLE, layout)
  const painter = new FlamePainter(canvas())
  const paintMs: number[] = []
  const frameMs: number[] = []
  let stretch = WHOLE
  let before = await nextFrame()
  for (let step = 0; step < steps; step++) {
    stretch = scaled(stretch, step < steps / 2 ? 0.95 : 1 / 0.95, 0.3)
    const began = performance.now()
    painter.paint({ ...sceneOf(tree, stretch, layout), palette }, density)
    paintMs.push(performance.now() - began)
    const now = await nextFrame()
    frameMs.push(now - before)
    before = now
  }
  return { paintMs, frameMs }
}
