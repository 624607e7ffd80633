import type { ReactNode } from 'react'

/** A key hint. */
export function Key({ children }: { readonly children: ReactNode }) {
  return <kbd className="inline-block h-4 min-w-4 rounded-[3px] border border-line-2 px-1 text-center font-sans text-[10px]/[14px] font-medium text-t3">{children}</kbd>
}

/** `g o` as two keys. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split(' ').map((key, i) => (
        <Key key={`${key}${i}`}>{key}</Key>
      ))}
    </span>
  )
}
