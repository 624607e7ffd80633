import { rowsSeen } from './flame-keys.ts'
import { rowCount, type FlameLayout } from './flame-layout.ts'
import { ROOT_CLASS, type FlamePalette } from './flame-palette.ts'
import { FlameText } from './flame-text.ts'
import { VisibleSearch, type VisibleFrames } from './flame-visible.ts'

export const ROW_PX = 20
export const FONT_PX = 11
/** From this width on a rectangle has its name. */
export const LABEL_PX = 28
export const INSET_PX = 5
const HATCH_FROM_PX = 4
/** What doesn't match, or leads to what was zoomed to. */
export const DIM_FILL = 0.66
const DIM_TEXT = 0.9

/** A picture to be painted. Pixels are CSS pixels. */
export interface FlameScene {
  readonly layout: FlameLayout
  readonly palette: FlamePalette
  /** By function; undefined if nothing is searched. */
  readonly matches: Uint8Array | undefined
  /** What is seen across, in samples. */
  readonly from: number
  readonly to: number
  readonly widthPx: number
  readonly heightPx: number
  readonly scrollPx: number
  /** The root is at the bottom. */
  readonly upward: boolean
  /** Rows above what was zoomed to are dimmed. */
  readonly dimRows: number
  readonly rootLabel: string
}

/** How high all rows are; at least as high as the box, for what grows upwards stands on its ground. */
export const contentPx = (layout: FlameLayout, heightPx: number): number => Math.max(rowCount(layout) * ROW_PX, heightPx)

/** Top of a row in the content. */
export const rowTopPx = (row: number, content: number, upward: boolean): number => (upward ? content - (row + 1) * ROW_PX : row * ROW_PX)

/**
 * Paints scenes on a canvas of any device-pixel ratio. Rectangles are sorted by what they are painted with, so that a
 * colour is set once a picture; edges lie on whole device pixels; nothing is allocated from picture to picture but names.
 */
export class FlamePainter {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D
  private readonly search = new VisibleSearch()
  private text: FlameText | undefined
  private font = ''
  private order = new Int32Array(0)
  private keys = new Uint16Array(0)
  private starts = new Int32Array(0)
  private hatch: { readonly colour: string; readonly density: number; readonly pattern: CanvasPattern | null } | undefined

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
    // Opaque: the browser needn't blend it with what is below.
    const context = canvas.getContext('2d', { alpha: false })
    if (!context) throw new Error('this browser gives no canvas to draw on')
    this.context = context
  }

  /** Measures names again: a font has come. */
  forgetFont(): void {
    this.text = undefined
  }

  /** Returns how many rectangles were drawn. */
  paint(scene: FlameScene, density: number): number {
    const { context } = this
    const { layout, palette, widthPx, heightPx, scrollPx, upward } = scene
    this.resize(Math.round(widthPx * density), Math.round(heightPx * density))
    context.setTransform(density, 0, 0, density, 0, 0)
    context.globalAlpha = 1
    context.fillStyle = palette.tokens['surface-0']
    context.fillRect(0, 0, widthPx, heightPx)
    const content = contentPx(layout, heightPx)
    const rows = rowsSeen(layout, upward ? scrollPx - content + rowCount(layout) * ROW_PX : scrollPx, heightPx, ROW_PX, upward)
    const frames = this.search.find(layout, { from: scene.from, to: scene.to, widthPx, ...rows })
    this.sort(scene, frames)
    this.fill(scene, frames, content, density)
    this.write(scene, frames, content)
    return frames.count
  }

  private resize(width: number, height: number): void {
    if (this.canvas.width === width && this.canvas.height === height) return
    this.canvas.width = width
    this.canvas.height = height
    this.font = '' // setting its size resets a canvas
  }

  /** Orders the rectangles by key: twice their class, one more if dimmed; matches last. */
  private sort({ layout, palette, matches, dimRows }: FlameScene, { count, node, row }: VisibleFrames): void {
    if (this.order.length < count) {
      this.order = new Int32Array(count * 2)
      this.keys = new Uint16Array(count * 2)
    }
    const matchKey = palette.fills.length * 2
    const { keys, order } = this
    if (this.starts.length !== matchKey + 2) this.starts = new Int32Array(matchKey + 2)
    const starts = this.starts.fill(0)
    for (let i = 0; i < count; i++) {
      const index = layout.functionOf[node[i]!]!
      const isDim = row[i]! < dimRows || (matches !== undefined && index >= 0)
      const key = index >= 0 && matches?.[index] === 1 ? matchKey : (index < 0 ? ROOT_CLASS : palette.classOf[index]!) * 2 + (isDim ? 1 : 0)
      keys[i] = key
      starts[key + 1]!++
    }
    for (let key = 0; key <= matchKey; key++) starts[key + 1]! += starts[key]!
    for (let i = 0; i < count; i++) order[starts[keys[i]!]!++] = i
  }

  private fill(scene: FlameScene, frames: VisibleFrames, content: number, density: number): void {
    const { context, order, keys } = this
    const { palette, layout, scrollPx, upward } = scene
    const { leftPx, rightPx, row, node } = frames
    const matchKey = palette.fills.length * 2
    const gap = 1
    let current = -1
    for (let i = 0; i < frames.count; i++) {
      const at = order[i]!
      const key = keys[at]!
      if (key !== current) {
        current = key
        context.fillStyle = key === matchKey ? palette.tokens['flame-match'] : palette.fills[key >> 1]!
        context.globalAlpha = key !== matchKey && (key & 1) === 1 ? DIM_FILL : 1
      }
      const left = Math.round(leftPx[at]! * density) / density
      const right = Math.round(rightPx[at]! * density) / density
      const top = rowTopPx(row[at]!, content, upward) - scrollPx
      const width = Math.max(1 / density, right - left - (right - left > 2 ? gap : 0))
      context.fillRect(left, top, width, ROW_PX - gap)
      const index = layout.functionOf[node[at]!]!
      if (index >= 0 && palette.isHatched[index] === 1 && width > HATCH_FROM_PX && key !== matchKey) {
        const { fillStyle } = context
        context.fillStyle = this.hatching(palette.tokens['surface-0'], density) ?? fillStyle
        context.fillRect(left, top, width, ROW_PX - gap)
        context.fillStyle = fillStyle
      }
    }
  }

  private write(scene: FlameScene, frames: VisibleFrames, content: number): void {
    const { context, order, keys } = this
    const { layout, palette, scrollPx, upward, rootLabel } = scene
    const text = this.texts(palette.tokens['font-mono'])
    text.use(layout.functions)
    const matchKey = palette.fills.length * 2
    let ink = ''
    let alpha = -1
    for (let i = 0; i < frames.count; i++) {
      const at = order[i]!
      const width = frames.rightPx[at]! - frames.leftPx[at]!
      if (width < LABEL_PX) continue
      const index = layout.functionOf[frames.node[at]!]!
      const room = width - 2 * INSET_PX
      const label = index < 0 ? text.cutText(rootLabel, room) : text.fit(index, room)
      if (label === '') continue
      const key = keys[at]!
      const wanted = key === matchKey ? palette.tokens['flame-match-ink'] : palette.inks[key >> 1]!
      const wantedAlpha = key !== matchKey && (key & 1) === 1 ? DIM_TEXT : 1
      if (wanted !== ink) context.fillStyle = ink = wanted
      if (wantedAlpha !== alpha) context.globalAlpha = alpha = wantedAlpha
      context.fillText(label, frames.leftPx[at]! + INSET_PX, rowTopPx(frames.row[at]!, content, upward) - scrollPx + ROW_PX / 2)
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
