import type { FrameKind } from '@sonde/shared/signal'
import type { CallTree } from './flame-tree.ts'

export type FlameColouring = 'kind' | 'binary'

/** Values of the tokens, by name without `--`. */
export type FlameTokens = Readonly<Record<(typeof FLAME_TOKENS)[number], string>>

const CATEGORIES = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'] as const
/** Ink on c1 … c8: the ledger’s inks are made for these colours. */
const CATEGORY_INKS = ['ledger-cpu-ink', 'ledger-queue-ink', 'ledger-socket-ink', 'ledger-lock-ink', 'ledger-network-ink', 'ledger-disk-ink', 'ledger-runqueue-ink', 'ledger-sleep-ink'] as const
export const KINDS = ['jit', 'runtime', 'native', 'kernel', 'unknown'] as const satisfies readonly FrameKind[]
export const FLAME_TOKENS = [
  'flame-kernel', 'flame-native', 'flame-runtime', 'flame-jit', 'flame-unknown', 'flame-match', 'flame-match-ink', 'flame-ink', 'surface-0', 'surface-3', 'text-1', 'font-mono', ...CATEGORIES, ...CATEGORY_INKS,
] as const

/** Colours of a picture: of each function a class, of each class what it is filled and written with. */
export interface FlamePalette {
  readonly tokens: FlameTokens
  readonly fills: readonly string[]
  readonly inks: readonly string[]
  readonly classOf: Uint8Array
  /** 1 where nothing is known of the function but an address: hatched. */
  readonly isHatched: Uint8Array
  readonly legend: readonly { readonly name: string; readonly fill: string; readonly isHatched: boolean }[]
}

/** The class of a rectangle that stands for no function. */
export const ROOT_CLASS = 0
/** Neighbours of one kind differ by up to 3 % of lightness either way, by name. */
const SHADES = 7

export const paletteOf = (tree: CallTree, colouring: FlameColouring, tokens: FlameTokens): FlamePalette => (colouring === 'kind' ? byKind(tree, tokens) : byBinary(tree, tokens))

function byKind({ functions }: CallTree, tokens: FlameTokens): FlamePalette {
  const base = KINDS.map((kind) => tokens[`flame-${kind}`])
  const classOf = new Uint8Array(functions.length)
  const isHatched = new Uint8Array(functions.length)
  for (let at = 0; at < functions.length; at++) {
    const { kind, name } = functions[at]!
    classOf[at] = 1 + KINDS.indexOf(kind) * SHADES + shadeOf(name)
    if (kind === 'unknown') isHatched[at] = 1
  }
  return {
    tokens, classOf, isHatched,
    fills: [tokens['surface-3'], ...base.flatMap((fill) => Array.from({ length: SHADES }, (_, shade) => shaded(fill, (shade - 3) / 100)))],
    inks: [tokens['text-1'], ...Array.from({ length: KINDS.length * SHADES }, () => tokens['flame-ink'])],
    legend: KINDS.map((kind, at) => ({ name: kind, fill: base[at]!, isHatched: kind === 'unknown' })),
  }
}

/** By a few of its characters: the same in every answer, and found without reading all of it. */
const shadeOf = (name: string): number => (name === '' ? 0 : (name.length * 31 + name.charCodeAt(name.length >> 1) * 7 + name.charCodeAt(name.length - 1)) % SHADES)

/** The eight binaries with most own samples have a colour each, the rest one. */
function byBinary(tree: CallTree, tokens: FlameTokens): FlamePalette {
  const samples = new Map<string, number>()
  for (let node = 0; node < tree.nodeCount; node++) {
    const { binary } = tree.functions[tree.functionOf[node]!]!
    samples.set(binary, (samples.get(binary) ?? 0) + tree.selfOf[node]!)
  }
  const largest = [...samples].filter(([binary]) => binary !== '').sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, CATEGORIES.length).map(([binary]) => binary)
  const classes = new Map(largest.map((binary, at) => [binary, at + 2]))
  const other = samples.size > largest.length ? [{ name: 'other', fill: tokens['flame-unknown'], isHatched: false }] : []
  return {
    tokens,
    fills: [tokens['surface-3'], tokens['flame-unknown'], ...CATEGORIES.map((name) => tokens[name])],
    inks: [tokens['text-1'], tokens['flame-ink'], ...CATEGORY_INKS.map((name) => tokens[name])],
    classOf: Uint8Array.from(tree.functions, ({ binary }) => classes.get(binary) ?? 1),
    isHatched: hatchedOf(tree.functions),
    legend: [...largest.map((binary, at) => ({ name: baseName(binary), fill: tokens[CATEGORIES[at]!], isHatched: false })), ...other],
  }
}

const hatchedOf = (functions: readonly { readonly kind: FrameKind }[]) => Uint8Array.from(functions, ({ kind }) => (kind === 'unknown' ? 1 : 0))

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || path

/** A colour `#rrggbb` lighter or darker by a share of it. What has another form stays. */
export function shaded(colour: string, by: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return colour
  const parts = [1, 3, 5].map((at) => Math.max(0, Math.min(255, Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * (1 + by)))))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
