'use client'
import { useEffect, useState } from 'react'
import { FLAME_TOKENS, type FlameTokens } from './flame-palette.ts'

function read(): FlameTokens {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(FLAME_TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as FlameTokens
}

/** The tokens’ values in the present theme; undefined before the page is alive. A canvas can’t name them. */
export function useFlameTokens(): FlameTokens | undefined {
  const [tokens, setTokens] = useState<FlameTokens>()
  useEffect(() => {
    setTokens(read())
    const observer = new MutationObserver(() => setTokens(read()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return tokens
}
