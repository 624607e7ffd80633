import { rowsSeen } from './flame-keys.ts'
import { rowCount, type FlameLayout } from './flame-layout.ts'
import { classIn, FlameLines, isDim, MATCH, type FlameLook } from './flame-lines.ts'
import { FlameText } from './flame-text.ts'
import { VisibleSearch, type VisibleFrames } from './flame-visible.ts'

export const ROW_PX = 20
export const FONT_PX = 11
export const INSET_PX = 5
const DIM_TEXT = 0.9

/** A picture to be painted. Pixels are CSS pixels. */
export interface FlameScene extends FlameLook {
  /** What is seen across, in samples. */
  readonly from: number
  readonly to: number
  readonly widthPx: number
  readonly heightPx: number
  readonly scrollPx: number
  /** The root is at the bottom. */
  readonly upward: boolean
  readonly rootLabel: string
}

/** How high all rows are; at least as high as the box, for what grows upwards stands on its ground. */
export const contentPx = (layout: FlameLayout, heightPx: number): number => Math.max(rowCount(layout) * ROW_PX, heightPx)

/** Top of a row in the content. */
export const rowTopPx = (row: number, content: number, upward: boolean): number => (upward ? content - (row + 1) * ROW_PX : row * ROW_PX)

/**
 * Paints scenes on a canvas of any device-pixel ratio: rectangles as lines of pixels (`flame-lines.ts`), one a row, stretched
 * to the row's height; over them hatching and names. Edges lie on whole device pixels; nothing is allocated from picture to picture but names.
 */
export class FlamePainter {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D
  private readonly search = new VisibleSearch()
  private readonly lines = new FlameLines()
  /** The lines as a picture that can be stretched. */
  private readonly linesContext: CanvasRenderingContext2D
  private image: ImageData | undefined
  private text: FlameText | undefined
  private font = ''
  private hatch: { readonly colour: string; readonly density: number; readonly pattern: CanvasPattern | null } | undefined

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
    // Opaque: the browser needn't blend it with what is below.
    this.context = contextOf(canvas, { alpha: false })
    // Written by us and not by a graphics card.
    this.linesContext = contextOf(document.createElement('canvas'), { alpha: false, willReadFrequently: true })
  }

  /** Measures names again: a font has come. */
  forgetFont(): void {
    this.text = undefined
  }

  /** Returns how many rectangles were drawn. */
  paint(scene: FlameScene, density: number): number {
    const { context } = this
    const { layout, palette, widthPx, heightPx, scrollPx, upward } = scene
    const width = Math.round(widthPx * density)
    this.resize(width, Math.round(heightPx * density))
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.globalAlpha = 1
    context.fillStyle = palette.tokens['surface-0']
    context.fillRect(0, 0, this.canvas.width, this.canvas.height)
    const content = contentPx(layout, heightPx)
    const { firstRow, endRow } = rowsSeen(layout, upward ? scrollPx - content + rowCount(layout) * ROW_PX : scrollPx, heightPx, ROW_PX, upward)
    const frames = this.search.find(layout, { from: scene.from, to: scene.to, widthPx, firstRow, endRow })
    const topPx = (row: number) => rowTopPx(row, content, upward) - scrollPx
    if (endRow > firstRow) this.stretch(scene, frames, firstRow, endRow, width, density, topPx)
    context.setTransform(density, 0, 0, density, 0, 0)
    this.hatchThose(frames, palette.tokens['surface-0'], density, topPx)
    this.write(scene, frames, topPx)
    return frames.count
  }

  private resize(width: number, height: number): void {
    if (this.canvas.width === width && this.canvas.height === height) return
    this.canvas.width = width
    this.canvas.height = height
    this.font = '' // setting its size resets a canvas
  }

  /** Draws each row's line of pixels as high as the row. */
  private stretch(look: FlameLook, frames: VisibleFrames, firstRow: number, endRow: number, width: number, density: number, topPx: (row: number) => number): void {
    const { context, lines, linesContext } = this
    const rows = endRow - firstRow
    lines.draw(look, frames, firstRow, rows, width, density, (colour) => {
      context.fillStyle = colour
      return context.fillStyle // as #rrggbb, whatever it was written as
    })
    if (this.image?.width !== width || this.image.height !== rows) {
      linesContext.canvas.width = width
      linesContext.canvas.height = rows
      this.image = linesContext.createImageData(width, rows)
    }
    new Uint32Array(this.image.data.buffer).set(lines.pixels)
    linesContext.putImageData(this.image, 0, 0)
    context.imageSmoothingEnabled = false
    for (let row = firstRow; row < endRow; row++) {
      const top = Math.round(topPx(row) * density)
      context.drawImage(linesContext.canvas, 0, row - firstRow, width, 1, 0, top, width, Math.round((topPx(row) + ROW_PX - 1) * density) - top)
    }
  }

  private hatchThose({ leftPx, rightPx, row }: VisibleFrames, ground: string, density: number, topPx: (row: number) => number): void {
    const { context } = this
    const { hatched } = this.lines
    const pattern = hatched.length > 0 ? this.hatching(ground, density) : null
    if (!pattern) return
    context.fillStyle = pattern
    for (const i of hatched) {
      const left = Math.round(leftPx[i]! * density) / density
      context.fillRect(left, topPx(row[i]!), Math.round(rightPx[i]! * density) / density - left - 1, ROW_PX - 1)
    }
  }

  private write(scene: FlameScene, { node, row, leftPx, rightPx }: VisibleFrames, topPx: (row: number) => number): void {
    const { context } = this
    const { layout, palette } = scene
    const text = this.texts(palette.tokens['font-mono'])
    text.use(layout.functions)
    for (const i of this.lines.labelled) {
      const index = layout.functionOf[node[i]!]!
      const room = rightPx[i]! - leftPx[i]! - 2 * INSET_PX
      const label = index < 0 ? text.cutText(scene.rootLabel, room) : text.fit(index, room)
      if (label === '') continue
      const kind = classIn(scene, node[i]!)
      context.fillStyle = kind === MATCH ? palette.tokens['flame-match-ink'] : palette.inks[kind]!
      context.globalAlpha = kind !== MATCH && isDim(scene, node[i]!, row[i]!) ? DIM_TEXT : 1
      context.fillText(label, leftPx[i]! + INSET_PX, topPx(row[i]!) + ROW_PX / 2)
    }
  }

  private texts(family: string): FlameText {
    const font = `${FONT_PX}px ${family}`
    if (font !== this.font) {
      this.context.font = this.font = font
      this.context.textBaseline = 'middle'
    }
    this.text ??= new FlameText((text) => this.context.measureText(text).width)
    return this.text
  }

  /** Diagonal lines a third as strong as the ground they are of. */
  private hatching(colour: string, density: number): CanvasPattern | null {
    if (this.hatch?.colour === colour && this.hatch.density === density) return this.hatch.pattern
    const tile = document.createElement('canvas')
    const size = Math.round(6 * density)
    tile.width = tile.height = size
    const context = tile.getContext('2d')
    if (!context) return null
    context.strokeStyle = colour
    context.globalAlpha = 0.35
    context.lineWidth = density
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, size)
      context.lineTo(shift + size, 0)
    }
    context.stroke()
    const pattern = this.context.createPattern(tile, 'repeat')
    pattern?.setTransform(new DOMMatrix().scale(1 / density))
    this.hatch = { colour, density, pattern }
    return pattern
  }
}

function contextOf(canvas: HTMLCanvasElement, settings: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', settings)
  if (!context) throw new Error('this browser gives no canvas to draw on')
  return context
}
