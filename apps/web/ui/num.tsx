import type { Figure } from './format.ts'

/** Room for the unit, so that digits line up though units differ: 17 px for ms, µs, /s, %; 23 for kB; 0 where all are alike. */
export type UnitSlot = 'short' | 'bytes' | 'none'

const SLOT: Record<UnitSlot, string> = { short: 'min-w-[17px]', bytes: 'min-w-[23px]', none: '' }
const TONE = { usual: '', strong: 'font-medium', warn: 'text-warn', bad: 'text-bad' }

/** A figure in a table: digits, then its unit in a slot of fixed width; the exact value on hover. */
export function Num({ figure, slot = 'short', tone = 'usual' }: { readonly figure: Figure; readonly slot?: UnitSlot; readonly tone?: keyof typeof TONE }) {
  return (
    <span className="whitespace-nowrap" title={figure.exact}>
      <span className={figure.quiet ? 'text-t3' : TONE[tone]}>{figure.value}</span>
      <span className={`ml-[3px] inline-block text-left text-t3 ${SLOT[slot]}`}>{figure.unit}</span>
    </span>
  )
}
