interface SegmentsProps<Id extends string> {
  readonly label: string
  readonly options: readonly (readonly [id: Id, name: string])[]
  readonly chosen: Id
  readonly onChoose: (id: Id) => void
  /** As wide as there is room. */
  readonly wide?: boolean
}

/** One of a few, side by side. */
export function Segments<Id extends string>({ label, options, chosen, onChoose, wide = false }: SegmentsProps<Id>) {
  return (
    <span role="group" aria-label={label} className={`segments ${wide ? 'w-full *:flex-1 *:justify-center' : 'flex-none'}`}>
      {options.map(([id, name]) => (
        <button key={id} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>{name}</button>
      ))}
    </span>
  )
}
