import type { FlameLayout } from './flame-layout.ts'
import { ROOT_CLASS, type FlamePalette } from './flame-palette.ts'
import type { VisibleFrames } from './flame-visible.ts'

/** What doesn't match, or leads to what was zoomed to. */
export const DIM_FILL = 0.66
/** From this width on a rectangle has its name. */
export const LABEL_PX = 28
const HATCH_FROM_PX = 4
/** Wider ones end this much before the next begins. */
const GAP_PX = 1
const GAP_FROM_PX = 2
/** In the place of a class: of a function that the search matches. */
export const MATCH = -1

/** What the look of a rectangle depends on. */
export interface FlameLook {
  readonly layout: FlameLayout
  readonly palette: FlamePalette
  /** By function; undefined if nothing is searched. */
  readonly matches: Uint8Array | undefined
  /** Rows above what was zoomed to are dimmed. */
  readonly dimRows: number
}

/** The class of a rectangle in its palette, or `MATCH`; and whether it is dimmed. */
export function classIn({ layout, palette, matches }: FlameLook, node: number): number {
  const index = layout.functionOf[node]!
  return index < 0 ? ROOT_CLASS : matches?.[index] === 1 ? MATCH : palette.classOf[index]!
}
export const isDim = ({ layout, matches, dimRows }: FlameLook, node: number, row: number): boolean => row < dimRows || (matches !== undefined && layout.functionOf[node]! >= 0)

/**
 * Rectangles of a picture as pixels: all of a row look alike from its top to its ground, so a row is one line of device
 * pixels, which is stretched as it is painted. Most rectangles of a large profile are a pixel or two wide: writing that many
 * pixels is a tenth of telling a canvas to.
 */
export class FlameLines {
  /** `widthPx × rows` pixels, as an ImageData has them. */
  pixels = new Uint32Array(0)
  /** Of the rectangles told: those that are hatched, and those that have names. */
  readonly hatched: number[] = []
  readonly labelled: number[] = []
  private colours: PixelColours | undefined
  private widthPx = 0
  private density = 1

  /** `colourOf` gives any of the palette's colours as `#rrggbb`. Widths are in device pixels. */
  draw(look: FlameLook, frames: VisibleFrames, firstRow: number, rows: number, widthPx: number, density: number, colourOf: (colour: string) => string): void {
    this.hatched.length = this.labelled.length = 0
    this.widthPx = widthPx
    this.density = density
    if (this.colours?.palette !== look.palette) this.colours = new PixelColours(look.palette, colourOf)
    if (this.pixels.length !== rows * widthPx) this.pixels = new Uint32Array(rows * widthPx)
    this.pixels.fill(this.colours.ground)
    let filledTo = 0
    let before = -1
    for (let i = 0; i < frames.count; i++) {
      const row = frames.row[i]!
      if (row !== before) filledTo = 0
      before = row
      filledTo = this.write(look, this.colours, frames, i, (row - firstRow) * widthPx, filledTo)
    }
  }

  /** Writes a rectangle. Of several in one pixel the first is seen, which is the widest, or one that matches. Gives where the next may begin. */
  private write(look: FlameLook, colours: PixelColours, { node, row, leftPx, rightPx }: VisibleFrames, i: number, offset: number, filledTo: number): number {
    const { pixels, density } = this
    const left = Math.min(this.widthPx - 1, Math.round(leftPx[i]! * density))
    const width = Math.round(rightPx[i]! * density) - left
    const end = left + Math.max(1, width > GAP_FROM_PX * density ? width - Math.round(GAP_PX * density) : width)
    const kind = classIn(look, node[i]!)
    const from = kind === MATCH ? left : Math.max(left, filledTo)
    const colour = kind === MATCH ? colours.match : (isDim(look, node[i]!, row[i]!) ? colours.dim : colours.fills)[kind]!
    // Most are a few pixels: a call for each would take longer.
    if (end - from < 8) for (let at = offset + from; at < offset + end; at++) pixels[at] = colour
    else pixels.fill(colour, offset + from, offset + end)
    if (width > HATCH_FROM_PX * density) {
      const index = look.layout.functionOf[node[i]!]!
      if (index >= 0 && kind !== MATCH && look.palette.isHatched[index] === 1) this.hatched.push(i)
      if (width >= LABEL_PX * density) this.labelled.push(i)
    }
    return end
  }
}

/** Colours of a palette as an ImageData has its pixels: red in the lowest byte, on every processor that browsers run on. */
class PixelColours {
  readonly palette: FlamePalette
  readonly ground: number
  readonly match: number
  readonly fills: Uint32Array
  readonly dim: Uint32Array

  constructor(palette: FlamePalette, colourOf: (colour: string) => string) {
    this.palette = palette
    const ground = rgbOf(colourOf(palette.tokens['surface-0']))
    this.ground = pixelOf(ground)
    this.match = pixelOf(rgbOf(colourOf(palette.tokens['flame-match'])))
    const fills = palette.fills.map((fill) => rgbOf(colourOf(fill)))
    this.fills = Uint32Array.from(fills, pixelOf)
    this.dim = Uint32Array.from(fills, (fill) => pixelOf(fill.map((part, at) => Math.round(part * DIM_FILL + ground[at]! * (1 - DIM_FILL)))))
  }
}

const rgbOf = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
const pixelOf = ([red, green, blue]: readonly number[]): number => ((0xff << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0
