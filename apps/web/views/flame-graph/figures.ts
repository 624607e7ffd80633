import type { StackFrame } from '@sonde/shared/signal'
import type { FlameLayout } from '../../charts/flame-layout.ts'
import { duration, grouped, sentence, share } from '../../ui/format.ts'
import { bounded, visible } from '../../ui/text.ts'

/** What shares and times are of. */
export interface Whole {
  readonly sampleCount: number
  /** CPU time a sample stands for. */
  readonly sampleNs: number
  readonly rootLabel: string
}

const SOURCES: Readonly<Record<StackFrame['nameSource'], string>> = {
  symtab: 'name from the symbol table',
  dynsym: 'name from the dynamic symbol table: the nearest exported function',
  'debug-file': 'name from its separate debug file',
  'perf-map': 'name from the program’s own perf map',
  kallsyms: 'name from the kernel’s symbols',
  none: 'no name found: the binary and the offset in it',
}

/** Why these frames, which stand for what isn't known, have no name; what to do where something can be done. */
const WHY_UNNAMED: Readonly<Record<string, string>> = {
  '[unknown]': 'callers not known: built without frame pointers',
  '[compiled code without a map]': 'its program writes no perf map; Node: --perf-basic-prof --interpreted-frames-native-stack',
  '[kernel]': 'the kernel’s symbols are hidden from the collector',
}

/** Where a frame's name comes from, or why it has none. */
export const sourceOf = ({ name, nameSource }: StackFrame): string => (nameSource === 'none' && (WHY_UNNAMED[name] ?? (name.startsWith('[') ? 'not a function: what is known instead' : ''))) || SOURCES[nameSource]

/** `shop.c:7`, the file alone, or ''. */
export const placeOf = ({ file, line }: StackFrame): string => (file === '' ? '' : line > 0 ? `${file}:${line}` : file)

export const timeOf = (samples: number, { sampleNs }: Whole): string => (sampleNs > 0 ? sentence(duration(Math.round(samples * sampleNs))) : `${grouped(samples)} samples`)

export const shareOf = (samples: number, { sampleCount }: Whole): string => sentence(share(sampleCount === 0 ? null : samples / sampleCount))

export const functionOf = (layout: FlameLayout, node: number): StackFrame | undefined => layout.functions[layout.functionOf[node]!]

/** A range's length, to the second below an hour: `6 min 35 s`. */
export function lengthOf(seconds: number): string {
  const whole = Math.round(seconds)
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  if (minutes >= 60) return sentence(duration(seconds * 1e9))
  return [minutes > 0 && `${minutes}\u00a0min`, (rest > 0 || minutes === 0) && `${rest}\u00a0s`].filter((part) => part !== false).join(' ')
}

const SPOKEN = 200

/** A rectangle in a sentence, for readers and for the titles of exported pictures. */
export function described(layout: FlameLayout, node: number, whole: Whole): string {
  const own = functionOf(layout, node)
  const total = layout.total[node]!
  const figures = `${grouped(total)} samples, ${timeOf(total, whole)}, ${shareOf(total, whole)}; self ${grouped(layout.self[node]!)}`
  if (!own) return `${whole.rootLabel}: ${figures}`
  const about = [own.kind, placeOf(own), own.binary, sourceOf(own)].filter((part) => part !== '')
  return visible(`${bounded(own.name, SPOKEN)}: ${figures}. ${about.join(', ')}`)
}
