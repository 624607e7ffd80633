/** A place, or null where there is no value. */
export type Point = readonly [x: number, y: number] | null

const round = (value: number) => Math.round(value * 10) / 10

/** SVG path through the points; a gap stays a gap, and a point alone between gaps is a dot (with round caps). */
export function linePath(points: readonly Point[]): string {
  let path = ''
  for (let i = 0; i < points.length; i++) {
    const point = points[i]
    if (!point) continue
    const alone = !points[i - 1] && !points[i + 1]
    path += `${points[i - 1] ? 'L' : 'M'}${round(point[0])} ${round(point[1])}${alone ? 'h0' : ''}`
  }
  return path
}

/** SVG path of the areas between each unbroken run of points and a baseline. */
export function areaPath(points: readonly Point[], baseline: number): string {
  let path = ''
  let start: Point = null
  for (let i = 0; i <= points.length; i++) {
    const point = points[i] ?? null
    const before = points[i - 1] ?? null
    if (point && !start) {
      start = point
      path += `M${round(point[0])} ${round(baseline)}`
    }
    if (point) path += `L${round(point[0])} ${round(point[1])}`
    if (!point && start && before) {
      path += `L${round(before[0])} ${round(baseline)}Z`
      start = null
    }
  }
  return path
}

/** A horizontal cubic from one place to another, as the map draws edges: leaves and arrives level. */
export function levelCurve(from: readonly [number, number], to: readonly [number, number]): string {
  const [c1, c2] = levelControls(from, to)
  return `M${round(from[0])} ${round(from[1])}C${round(c1)} ${round(from[1])} ${round(c2)} ${round(to[1])} ${round(to[0])} ${round(to[1])}`
}

/** A place on `levelCurve`, `share` of the way by its parameter. */
export function onLevelCurve(from: readonly [number, number], to: readonly [number, number], share: number): readonly [number, number] {
  const [c1, c2] = levelControls(from, to)
  const rest = 1 - share
  const a = rest ** 3
  const b = 3 * rest * rest * share
  const c = 3 * rest * share * share
  const d = share ** 3
  return [a * from[0] + b * c1 + c * c2 + d * to[0], (a + b) * from[1] + (c + d) * to[1]]
}

function levelControls(from: readonly [number, number], to: readonly [number, number]): readonly [number, number] {
  const reach = Math.max(30, Math.abs(to[0] - from[0]) * 0.48)
  return [from[0] + reach, to[0] - reach]
}
