'use client'
import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'
import { Keys } from './key.tsx'

/** A tooltip with a name and its keys; the element keeps its own accessible name. */
export function Hint({ name, keys, side = 'right', children }: { readonly name: string; readonly keys?: string; readonly side?: 'right' | 'bottom' | 'top'; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content side={side} sideOffset={6} className="popover z-(--z-tooltip) flex items-center gap-2 px-2 py-1 text-sm text-t1">
          {name}
          {keys !== undefined && <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
