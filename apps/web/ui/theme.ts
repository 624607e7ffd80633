'use client'

const KEY = 'sonde.theme'
const system = () => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')

/** The other theme, kept; a choice that is the system's own is not kept, so that it follows the system again. */
export function toggleTheme(): void {
  const next = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light'
  document.documentElement.dataset.theme = next
  try {
    if (next === system()) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // Storage is shut off: the choice holds for this page.
  }
}

/** Follows the system while nothing is kept. Returns what ends it. */
export function followSystemTheme(): () => void {
  const query = matchMedia('(prefers-color-scheme: light)')
  const follow = () => {
    try {
      if (localStorage.getItem(KEY) !== null) return
    } catch {
      // Nothing can be kept, so the system decides.
    }
    document.documentElement.dataset.theme = system()
  }
  query.addEventListener('change', follow)
  return () => query.removeEventListener('change', follow)
}
