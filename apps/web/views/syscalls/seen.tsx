import { count, grouped, share } from '../../ui/format.ts'

/** A count with the share of time in which it was counted: never one without the other. */
export function Seen({ value, of }: { readonly value: number; readonly of: number | null }) {
  const figure = share(of)
  const listened = of === null ? '' : `${figure.value}\u00a0${figure.unit}`
  return (
    <span className="whitespace-nowrap" title={`${grouped(value)} seen in ${listened === '' ? 'an unknown share' : listened} of the time; nothing is scaled`}>
      <span className={value === 0 ? 'text-t3' : ''}>{count(value).value}</span>
      <span className="ml-[3px] inline-block min-w-[52px] text-left text-t3">in {listened === '' ? '–' : listened}</span>
    </span>
  )
}
