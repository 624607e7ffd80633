/** The sonde on its line. */
export function Logo() {
  return (
    <svg width="16" height="20" viewBox="0 0 16 20" fill="none" stroke="var(--text-1)" strokeWidth="1.6" strokeLinecap="round" aria-hidden="true" className="flex-none">
      <path d="M8 1V7" />
      <circle cx="8" cy="10.5" r="3.4" />
      <path d="M2 17.5C4 19 12 19 14 17.5" stroke="var(--text-3)" />
      <circle cx="8" cy="10.5" r=".9" fill="var(--text-1)" stroke="none" />
    </svg>
  )
}
