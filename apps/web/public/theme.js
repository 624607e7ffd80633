// Runs before the first paint: the kept choice, else the system's. `ui/theme.ts` changes it.
;(() => {
  let kept = null
  try {
    kept = localStorage.getItem('sonde.theme')
  } catch {
    // Storage is shut off: the system's choice holds.
  }
  const light = kept === null ? matchMedia('(prefers-color-scheme: light)').matches : kept === 'light'
  document.documentElement.dataset.theme = light ? 'light' : 'dark'
})()
