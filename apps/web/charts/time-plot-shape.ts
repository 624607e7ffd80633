import { linearScale, logScale, type Scale } from './scale.ts'
import { linearTicks, logTicks, roundUp } from './ticks.ts'

/** How values of a time chart become heights. Pure. */

export type TimeScale = 'linear' | 'log'
export type Domain = readonly [from: number, to: number]

/** Room above the highest value, so that a thick line isn't cut. */
export const TOP_PX = 6
/** The baseline's own pixel. */
export const BOTTOM_PX = 1

/** Linear: from zero to a round top. By logarithm: from a round value below the least to one above the greatest, a decade at least. */
export function domainOf(scale: TimeScale, lines: readonly (readonly (number | null)[])[]): Domain {
  let least = Infinity
  let most = 0
  for (const line of lines) {
    for (const value of line) {
      if (value === null) continue
      if (value > most) most = value
      if (value > 0 && value < least) least = value
    }
  }
  if (scale === 'linear') return [0, roundUp(most)]
  if (most === 0) return [1e6, 1e7]
  const from = roundDown(least)
  const to = roundUp(most)
  if (to >= from * 10 * (1 - 1e-9)) return [from, to]
  const decade = 10 ** Math.floor(Math.log10(from) + 1e-9)
  return [decade, Math.max(to, decade * 10)]
}

/** The greatest 1, 2 or 5 × 10ⁿ that is not above `value`. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  return power * ([5, 2].find((factor) => value >= factor * power * (1 - 1e-9)) ?? 1)
}

/** Below this share of the axis in use, it may shrink. */
const LEAST_USE = 0.4

/** Axes don't jump while live: the one that was drawn stays while values fit it and use enough of it. */
export function calmDomain(scale: TimeScale, held: Domain | undefined, wanted: Domain): Domain {
  if (!held || wanted[1] > held[1] || wanted[0] < held[0]) return held ? [Math.min(held[0], wanted[0]), Math.max(held[1], wanted[1])] : wanted
  const extent = ([from, to]: Domain) => (scale === 'log' ? Math.log(to / from) : to - from)
  return extent(wanted) < extent(held) * LEAST_USE ? wanted : held
}

/** Linear: zero, half and top, of a low plot zero and top; by logarithm the decades, or both ends if there is but one. */
export function ticksOf(scale: TimeScale, [from, to]: Domain, heightPx: number): readonly number[] {
  if (scale === 'linear') return linearTicks(to).filter((tick) => heightPx >= 60 || tick === 0 || tick === to)
  const decades = logTicks(from, to, 4)
  return decades.length > 1 ? decades : [from, to]
}

/** From a value to its height in a plot of so many pixels. */
export const heightScale = (scale: TimeScale, [from, to]: Domain, heightPx: number): Scale =>
  scale === 'log' ? logScale(from, to, heightPx - BOTTOM_PX, TOP_PX) : linearScale(from, to, heightPx - BOTTOM_PX, TOP_PX)
