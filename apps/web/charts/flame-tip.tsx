import type { ReactNode } from 'react'

const WIDTH_PX = 380
const APART_PX = 14

/** What is under the pointer, beside it and inside the window. */
export function FlameTip({ x, y, children }: { readonly x: number; readonly y: number; readonly children: ReactNode }) {
  const left = Math.max(4, Math.min(x + APART_PX, window.innerWidth - WIDTH_PX - 8))
  const isLow = y > window.innerHeight * 0.62
  const place = isLow ? { bottom: window.innerHeight - y + APART_PX } : { top: y + APART_PX + 4 }
  return (
    <div aria-hidden data-flame-tip style={{ position: 'fixed', left, ...place, maxWidth: WIDTH_PX, zIndex: 'var(--z-tooltip)', background: 'var(--surface-2)', border: '1px solid var(--line-2)', borderRadius: 'var(--radius)', padding: '7px 10px', fontSize: 'var(--text-xs)', lineHeight: 'var(--leading-sm)', color: 'var(--text-2)', pointerEvents: 'none' }}>
      {children}
    </div>
  )
}
