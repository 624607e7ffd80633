import { nodeKey, rowCount, type FlameLayout } from './flame-layout.ts'
import type { StackFrame } from '@sonde/shared/signal'
import type { SampledStacks, SummedStacks } from './flame-tree.ts'

export const frame = (name: string, more: Partial<StackFrame> = {}): StackFrame => ({ name, binary: '/bin/shop', file: '', line: 0, kind: 'native', nameSource: 'symtab', ...more })

/** Stacks whose nodes are written out, in columns. */
export const stacksOf = (frames: readonly StackFrame[], nodes: readonly { readonly frame: number; readonly parent: number; readonly self: number }[]): SampledStacks =>
  ({ frames, nodes: { frame: nodes.map(({ frame }) => frame), parent: nodes.map(({ parent }) => parent), self: nodes.map(({ self }) => self) } })

/** Stacks as folded text, `main;a;b 5` a line, made into what the API gives. */
export function folded(text: string): SampledStacks {
  const names: string[] = []
  const nodes: { frame: number; parent: number; self: number }[] = []
  const placed = new Map<string, number>()
  for (const line of text.trim().split('\n')) {
    const [, stack, count] = /^\s*(.*) (\d+)$/.exec(line)!
    let parent = -1
    let path = ''
    for (const name of stack!.split(';')) {
      path += `;${name}`
      let at = placed.get(path)
      if (at === undefined) {
        if (!names.includes(name)) names.push(name)
        placed.set(path, (at = nodes.push({ frame: names.indexOf(name), parent, self: 0 }) - 1))
      }
      parent = at
    }
    nodes[parent]!.self += Number(count)
  }
  return stacksOf(names.map((name) => frame(name)), nodes)
}

/** A layout as text: a row a line, `name@start+total/self`, `|` between brothers' families. */
export function drawn(layout: FlameLayout): string[] {
  return Array.from({ length: rowCount(layout) }, (_, row) => {
    const nodes = Array.from({ length: layout.rowStart[row + 1]! - layout.rowStart[row]! }, (_, i) => layout.rowStart[row]! + i)
    return nodes.map((node) => `${layout.functions[layout.functionOf[node]!]?.name ?? 'all'}@${layout.start[node]!}+${layout.total[node]!}/${layout.self[node]!}`).join(' ')
  })
}

/** What holds in every layout; a sentence for each thing that doesn't. */
export function wrongIn(layout: FlameLayout): string[] {
  const wrong: string[] = []
  const keys = new Set<string>()
  for (let node = 0; node < layout.count; node++) {
    let sum = layout.self[node]!
    let place = layout.start[node]!
    let before = Infinity
    for (let child = layout.firstChild[node]!; child < layout.firstChild[node + 1]!; child++) {
      if (layout.parentOf[child] !== node) wrong.push(`${child} isn't a child of ${node}`)
      if (layout.start[child] !== place) wrong.push(`${child} begins at ${layout.start[child]!}, not ${place}`)
      if (layout.total[child]! > before) wrong.push(`${child} is wider than the one before`)
      before = layout.total[child]!
      place += before
      sum += before
    }
    if (sum !== layout.total[node]) wrong.push(`${node}: self and children are ${sum}, total ${layout.total[node]!}`)
    keys.add(nodeKey(layout, node))
  }
  if (keys.size !== layout.count) wrong.push(`${layout.count - keys.size} nodes share a key`)
  if (layout.firstChild.length !== layout.count + 1 || layout.rowStart.at(-1) !== layout.count) wrong.push('bounds')
  return wrong
}

/** Numbers below `n` in an order that is the same every time. */
export function random(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

/** So many nodes in a tree as bushy as programs are: most calls go on deeper, few functions are everywhere. */
export function randomStacks(nodeCount: number, functionCount: number, seed: number): SampledStacks {
  const next = random(seed)
  const nodes = [{ frame: 0, parent: -1, self: 0 }]
  while (nodes.length < nodeCount) {
    const parent = next(4) === 0 ? next(nodes.length) : Math.max(0, nodes.length - 1 - next(3))
    nodes.push({ frame: next(functionCount), parent: next(200) === 0 ? -1 : parent, self: next(3) === 0 ? next(50) : 0 })
  }
  const kinds = ['kernel', 'native', 'runtime', 'jit', 'unknown'] as const
  return stacksOf(Array.from({ length: functionCount }, (_, i) => frame(`function_${i}`, { kind: kinds[i % 5]!, binary: `/usr/lib/lib${i % 12}.so` })), nodes)
}

/** A layout from the root as the API gives stacks: brothers are different functions, and sums are with them. */
export function summed({ functions, functionOf, parentOf, self, total }: FlameLayout): SummedStacks {
  const column = (of: ArrayLike<number>) => Array.from(of).slice(1)
  const nodes = { frame: column(functionOf), parent: column(parentOf).map((parent) => parent - 1), self: column(self), total: column(total) }
  return { sampleCount: total[0]!, frames: functions, nodes }
}
