import { stackOf, type ProfileTree } from './profile-tree.ts'

/** Brendan Gregg's folded stacks: outermost first, `;` between frames, then the number of samples. */
export function foldedOf(tree: ProfileTree): string {
  const names = tree.frames.map(({ name }) => name.replaceAll(';', ':').replaceAll(/[\r\n]/g, ' '))
  const lines: string[] = []
  tree.nodes.forEach(({ self }, at) => {
    if (self > 0) lines.push(`${stackOf(tree, at).map((frame) => names[frame]).join(';')} ${self}\n`)
  })
  return lines.join('')
}

/** speedscope's file format, a sampled profile weighted by time (github.com/jlfwong/speedscope, file-format-schema). */
export function speedscopeOf(tree: ProfileTree, name: string): string {
  const samples: number[][] = []
  const weights: number[] = []
  tree.nodes.forEach(({ self, selfNs }, at) => {
    if (self === 0) return
    samples.push(stackOf(tree, at))
    weights.push(selfNs)
  })
  const frames = tree.frames.map((frame) => ({ name: frame.name, ...(frame.file !== '' && { file: frame.file }), ...(frame.line > 0 && { line: frame.line }) }))
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name, exporter: 'sonde', activeProfileIndex: 0,
    shared: { frames },
    profiles: [{ type: 'sampled', name, unit: 'nanoseconds', startValue: 0, endValue: tree.valueNs, samples, weights }],
  })
}
