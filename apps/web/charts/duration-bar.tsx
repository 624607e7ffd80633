import { logScale } from './scale.ts'

/** A row's duration on one logarithmic axis for the whole table, 6 px high: bright from `slowNs` on. Its figure stands beside. */
export function DurationBar({ ns, lowNs, highNs, slowNs, width }: { readonly ns: number | null; readonly lowNs: number; readonly highNs: number; readonly slowNs: number | null; readonly width: number }) {
  const long = ns === null ? 0 : Math.min(width, Math.max(1, logScale(lowNs, highNs, 0, width)(ns)))
  return (
    <span aria-hidden="true" style={{ display: 'inline-block', width, height: 6, background: 'var(--surface-2)', verticalAlign: 'middle' }}>
      <span style={{ display: 'block', height: 6, width: long, background: slowNs !== null && ns !== null && ns >= slowNs ? 'var(--lat-99)' : 'var(--lat-50)' }} />
    </span>
  )
}
