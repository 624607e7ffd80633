const SLOW = [['< 1.2×', 0], ['1.2–2×', 1], ['2–4×', 2], ['≥ 4×', 3]] as const

/** What sizes and colours of the map say. */
export function Legend() {
  const item = 'inline-flex flex-wrap items-center gap-2'
  return (
    <div className="pointer-events-none absolute bottom-3 left-4 flex flex-wrap items-center max-desk:right-4 max-desk:bottom-6 gap-x-5 gap-y-1 text-xs whitespace-nowrap text-t3">
      <span className={item}>
        <svg width={44} height={18} aria-hidden="true">
          <circle cx={7} cy={9} r={4} fill="none" stroke="var(--line-3)" />
          <circle cx={28} cy={9} r={8} fill="none" stroke="var(--line-3)" />
        </svg>
        rate
      </span>
      <span className={item}>
        <svg width={20} height={20} aria-hidden="true">
          <circle cx={10} cy={10} r={6} fill="none" stroke="var(--line-3)" />
          <path d="M10 1.5A8.5 8.5 0 0 1 18.5 10" fill="none" stroke="var(--bad)" strokeWidth={3} />
        </svg>
        error share
      </span>
      <span className={item}>
        <svg width={34} height={12} aria-hidden="true">
          <path d="M0 3H34" stroke="var(--slow-0)" />
          <path d="M0 9H34" stroke="var(--slow-0)" strokeWidth={5} />
        </svg>
        edge rate
      </span>
      <span className={item}>
        p95 against its own normal
        {SLOW.map(([name, level]) => (
          <span key={name} className="ml-1.5 inline-flex items-center gap-[5px]">
            <span className="h-1 w-3.5" style={{ background: `var(--slow-${level})` }} />
            {name}
          </span>
        ))}
      </span>
    </div>
  )
}
