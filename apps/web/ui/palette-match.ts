/** Where a query is found in a text: its parts in order, or undefined if one is missing. */
export interface Match {
  /** [from, to) in the text, in order, without overlaps. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
  /** Smaller is better: earlier, at a word's begin. */
  readonly rank: number
}

export function match(text: string, query: string): Match | undefined {
  const parts = query.toLowerCase().split(/\s+/).filter((part) => part !== '')
  const lower = text.toLowerCase()
  // A few letters grow when lowered: then places would be off, so nothing is marked.
  const exact = lower.length === text.length
  const ranges: [number, number][] = []
  let from = 0
  let rank = 0
  for (const part of parts) {
    const at = lower.indexOf(part, from)
    if (at < 0) return undefined
    ranges.push([at, at + part.length])
    rank += at + (at === 0 || /[\s/._-]/.test(lower[at - 1]!) ? 0 : 20)
    from = at + part.length
  }
  return { ranges: exact ? ranges : [], rank }
}

/** At most `most` of each group that match, best first; groups keep their order. */
export function found<Item extends { readonly group: string; readonly text: string }>(items: readonly Item[], query: string, most: number): readonly (Item & { readonly match: Match })[] {
  const groups = new Map<string, (Item & { match: Match })[]>()
  for (const item of items) {
    const result = match(item.text, query)
    if (!groups.has(item.group)) groups.set(item.group, [])
    if (result) groups.get(item.group)!.push({ ...item, match: result })
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => a.match.rank - b.match.rank).slice(0, most))
}
