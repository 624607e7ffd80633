/** The pattern of what is missing or not accounted for, `url(#sonde-hatch)`; once a page that uses it. */
export function HatchPattern() {
  return (
    <svg width={0} height={0} aria-hidden="true" style={{ position: 'absolute' }}>
      <defs>
        <pattern id="sonde-hatch" width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V5" stroke="var(--line-2)" strokeWidth={1} />
        </pattern>
      </defs>
    </svg>
  )
}
