import type { Change, Filter, FilterKey, Status } from '../../live/index.ts'
import { all, withFilter, withoutFilter } from '../../live/index.ts'
import type { ChipProps } from '../../ui/chip.tsx'
import { duration, sentence } from '../../ui/format.ts'
import { parseDuration } from '../../ui/parse-duration.ts'

const NAMES: Partial<Record<FilterKey, string>> = { minDurationNs: 'duration', maxDurationNs: 'duration', q: 'text', traceId: 'trace', comm: 'program' }
const SIGNS: Partial<Record<FilterKey, string>> = { minDurationNs: '≥', maxDurationNs: '≤' }
const SINGLE: ReadonlySet<FilterKey> = new Set(['minDurationNs', 'maxDurationNs', 'q'])

/** The filters as chips that remove and change them. */
export function filterChips(filters: readonly Filter[], hosts: Status['hosts'], apply: (change: Change) => void): (ChipProps & { readonly id: string })[] {
  return filters.map((filter) => {
    const { key, value, not } = filter
    const sign = SIGNS[key]
    return {
      id: `${key} ${not} ${value}`,
      name: NAMES[key] ?? key,
      value: sign !== undefined ? `${sign} ${sentence(duration(Number(value)))}` : key === 'host' ? (hosts.find(({ id }) => id === value)?.name ?? value) : value,
      not,
      noOpposite: SINGLE.has(key),
      onRemove: () => apply(withoutFilter(filter)),
      onChange: (text, opposite) => {
        const next = sign === undefined ? text : String(parseDuration(text.replace(/^[≥≤<>=\s]+/, '')) ?? '')
        if (next === '' || next.startsWith('!')) return false
        apply(all(withoutFilter(filter), withFilter(key, next, opposite)))
        return true
      },
    }
  })
}
