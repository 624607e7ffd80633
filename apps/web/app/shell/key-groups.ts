import { PAGES } from './pages.ts'

/** What `?` lists. */
export const KEY_GROUPS: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  { title: 'Pages', keys: PAGES.map(({ name, key }) => [`g ${key}`, name] as const) },
  { title: 'Everywhere', keys: [['⌘ K', 'find anything'], ['/', 'filter this page'], ['space', 'pause, go live'], ['[', 'one range back'], [']', 'one range on'], ['y', 'copy the selection as a link'], ['t', 'change the theme'], ['?', 'these keys']] },
  { title: 'Tables', keys: [['↑ ↓', 'move'], ['↵', 'open the row'], ['Home', 'to the first row'], ['End', 'to the last row'], ['Esc', 'close what is open']] },
  { title: 'Charts and map', keys: [['← →', 'move the crosshair, walk the edges'], ['↵', 'take the range, open what is chosen'], ['T', 'the same as a table'], ['Esc', 'let go']] },
  { title: 'Flame graph', keys: [['↑ ↓ ← →', 'walk the frames'], ['↵', 'zoom to the frame'], ['F', 'only stacks that have its function'], ['S', 'who calls it, what it calls'], ['C', 'copy its name'], ['+ −', 'closer, further'], ['Esc', 'back out']] },
]
