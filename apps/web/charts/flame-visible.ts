import { firstEndingAfter, rowCount, type FlameLayout } from './flame-layout.ts'

/** Below it a rectangle isn't drawn, nor anything it called. */
export const LEAST_PX = 0.4

/** What part of a layout is seen. */
export interface FlameView {
  /** In samples. */
  readonly from: number
  readonly to: number
  readonly widthPx: number
  /** First row seen and the one after the last. */
  readonly firstRow: number
  readonly endRow: number
}

/** Rectangles to draw, used again for every picture. */
export class VisibleFrames {
  count = 0
  node = new Int32Array(4096)
  row = new Int32Array(4096)
  leftPx = new Float64Array(4096)
  rightPx = new Float64Array(4096)

  push(node: number, row: number, leftPx: number, rightPx: number): void {
    if (this.count === this.node.length) this.grow()
    this.node[this.count] = node
    this.row[this.count] = row
    this.leftPx[this.count] = leftPx
    this.rightPx[this.count++] = rightPx
  }

  private grow(): void {
    const { node, row, leftPx, rightPx } = this
    const size = node.length * 2
    this.node = new Int32Array(size)
    this.row = new Int32Array(size)
    this.leftPx = new Float64Array(size)
    this.rightPx = new Float64Array(size)
    this.node.set(node)
    this.row.set(row)
    this.leftPx.set(leftPx)
    this.rightPx.set(rightPx)
  }
}

/** Finds what is seen. It follows only what is wide enough from row to row, so its cost is that of what is drawn, not of what there is. */
export class VisibleSearch {
  readonly frames = new VisibleFrames()
  private above = new Int32Array(4096)
  private below = new Int32Array(4096)

  find(layout: FlameLayout, view: FlameView): VisibleFrames {
    const { frames } = this
    frames.count = 0
    const { firstRow, endRow, from, to, widthPx } = view
    const scale = widthPx / (to - from)
    if (!(to > from) || layout.count === 0) return frames
    this.above[0] = 0
    let count = 1
    const rows = Math.min(endRow, rowCount(layout))
    for (let row = 0; row < rows && count > 0; row++) {
      if (row >= firstRow) this.show(layout, row, count, from, widthPx, scale)
      count = this.descend(layout, count, from, to, LEAST_PX / scale)
    }
    return frames
  }

  private show(layout: FlameLayout, row: number, count: number, from: number, widthPx: number, scale: number): void {
    for (let i = 0; i < count; i++) {
      const node = this.above[i]!
      const left = (layout.start[node]! - from) * scale
      const right = left + layout.total[node]! * scale
      this.frames.push(node, row, left < 0 ? 0 : left, right > widthPx ? widthPx : right)
    }
  }

  /** The children of those above that are seen: of each the first few, for brothers grow narrower. */
  private descend(layout: FlameLayout, count: number, from: number, to: number, least: number): number {
    const { start, total, firstChild } = layout
    let found = 0
    for (let i = 0; i < count; i++) {
      const node = this.above[i]!
      const end = firstChild[node + 1]!
      for (let child = firstEndingAfter(layout, firstChild[node]!, end, from); child < end; child++) {
        if (total[child]! < least || start[child]! >= to) break
        if (found === this.below.length) this.below = grown(this.below)
        this.below[found++] = child
      }
    }
    ;[this.above, this.below] = [this.below, this.above]
    return found
  }
}

function grown(list: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2)
  larger.set(list)
  return larger
}
