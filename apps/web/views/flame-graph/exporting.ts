import { rowCount } from '../../charts/flame-layout.ts'
import { FlamePainter, ROW_PX, type FlameScene } from '../../charts/flame-painter.ts'
import { flameSvg } from '../../charts/flame-svg.ts'

export type PictureScene = Omit<FlameScene, 'scrollPx' | 'heightPx'>

/** Device pixels a canvas may be high everywhere. */
const MOST_PX = 16_384
const DENSITY = 2

/** Rows that a picture in pixels has. */
export const rowsInPng = (scene: PictureScene): number => Math.min(rowCount(scene.layout), Math.floor(MOST_PX / ROW_PX))

/** Hands a file to the browser to be kept. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function saveSvg(scene: PictureScene, name: string, title: string, describe: (node: number) => string): void {
  save(new Blob([flameSvg(scene, title, describe)], { type: 'image/svg+xml' }), `${name}.svg`)
}

export async function savePng(scene: PictureScene, name: string): Promise<void> {
  const canvas = document.createElement('canvas')
  const heightPx = rowsInPng(scene) * ROW_PX
  const density = heightPx * DENSITY <= MOST_PX ? DENSITY : 1
  await document.fonts.load(`11px ${scene.palette.tokens['font-mono']}`)
  new FlamePainter(canvas).paint({ ...scene, heightPx, scrollPx: scene.upward ? rowCount(scene.layout) * ROW_PX - heightPx : 0 }, density)
  const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!file) throw new Error('the browser made no picture of it')
  save(file, `${name}.png`)
}
