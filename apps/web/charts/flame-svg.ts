import { bounded, visible } from '../ui/text.ts'
import { rowCount, type FlameLayout } from './flame-layout.ts'
import { DIM_FILL, LABEL_PX } from './flame-lines.ts'
import { FONT_PX, INSET_PX, ROW_PX, rowTopPx, type FlameScene } from './flame-painter.ts'
import { FlameText } from './flame-text.ts'
import { VisibleSearch } from './flame-visible.ts'

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** Of a name in a title at most. */
const TITLE = 1000
/** A character of most monospaced fonts, in ems: what draws the file may have another font than the page. */
const CHARACTER_EM = 0.602
const HEAD_PX = 28

/** Text as XML has it: what XML doesn't allow is made visible before. */
export const escaped = (text: string): string => visible(text).replace(/[&<>"]/g, (character) => MARKUP[character]!)

/**
 * What a scene shows, all its rows, as an SVG file that needs nothing else: titles give each rectangle's figures on hover.
 * `describe` says what a rectangle is.
 */
export function flameSvg(scene: Omit<FlameScene, 'heightPx' | 'scrollPx'>, title: string, describe: (node: number) => string): string {
  const { layout, palette, widthPx, from, to, upward } = scene
  const rows = rowCount(layout)
  const content = rows * ROW_PX
  const height = HEAD_PX + content
  const { tokens } = palette
  const frames = new VisibleSearch().find(layout, { from, to, widthPx, firstRow: 0, endRow: rows })
  const text = new FlameText((name) => name.length * FONT_PX * CHARACTER_EM)
  text.use(layout.functions)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${height}" viewBox="0 0 ${widthPx} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_PX}">`,
    `<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="${tokens['surface-0']}" stroke-opacity="0.35"/></pattern></defs>`,
    `<rect width="${widthPx}" height="${height}" fill="${tokens['surface-0']}"/><text x="${INSET_PX}" y="18" fill="${tokens['text-1']}">${escaped(title)}</text>`,
  ]
  for (let i = 0; i < frames.count; i++) {
    const node = frames.node[i]!
    const left = frames.leftPx[i]!
    const width = Math.max(LEAST_WIDTH, frames.rightPx[i]! - left - 1)
    const top = HEAD_PX + rowTopPx(frames.row[i]!, content, upward)
    const { fill, ink, opacity, isHatched } = look(scene, layout, node, frames.row[i]!)
    const box = `x="${left.toFixed(2)}" y="${top}" width="${width.toFixed(2)}" height="${ROW_PX - 1}"`
    const label = width < LABEL_PX ? '' : labelOf(scene, text, node, width)
    parts.push(
      `<g><title>${escaped(bounded(describe(node), TITLE))}</title><rect ${box} fill="${fill}"${opacity < 1 ? ` opacity="${opacity}"` : ''}/>`,
      isHatched && width > 4 ? `<rect ${box} fill="url(#h)"/>` : '',
      label === '' ? '</g>' : `<text x="${(left + INSET_PX).toFixed(2)}" y="${top + 13.5}" fill="${ink}">${escaped(label)}</text></g>`,
    )
  }
  return `${parts.join('')}</svg>\n`
}

const LEAST_WIDTH = 0.5

function labelOf({ layout, rootLabel }: Pick<FlameScene, 'layout' | 'rootLabel'>, text: FlameText, node: number, width: number): string {
  const index = layout.functionOf[node]!
  return index < 0 ? text.cutText(rootLabel, width - 2 * INSET_PX) : text.fit(index, width - 2 * INSET_PX)
}

function look({ palette, matches, dimRows }: Pick<FlameScene, 'palette' | 'matches' | 'dimRows'>, layout: FlameLayout, node: number, row: number) {
  const index = layout.functionOf[node]!
  const { tokens, fills, inks, classOf, isHatched } = palette
  if (index < 0) return { fill: fills[0]!, ink: inks[0]!, opacity: 1, isHatched: false }
  if (matches?.[index] === 1) return { fill: tokens['flame-match'], ink: tokens['flame-match-ink'], opacity: 1, isHatched: false }
  const opacity = matches !== undefined || row < dimRows ? DIM_FILL : 1
  return { fill: fills[classOf[index]!]!, ink: inks[classOf[index]!]!, opacity, isHatched: isHatched[index] === 1 }
}
