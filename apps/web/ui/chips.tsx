'use client'
import { Popover } from 'radix-ui'
import { useLayoutEffect, useRef, useState } from 'react'
import { Chip, type ChipProps } from './chip.tsx'
import { useWidth } from './use-width.ts'

const GAP = 8
const MORE = 40

/** Chips in one line that never wraps: those past the room are behind `+3`. */
export function Chips({ chips }: { readonly chips: readonly (ChipProps & { readonly id: string })[] }) {
  const row = useRef<HTMLDivElement>(null)
  const width = useWidth(row)
  const [fitting, setFitting] = useState(chips.length)
  useLayoutEffect(() => {
    const widths = [...(row.current?.children ?? [])].map((child) => (child as HTMLElement).offsetWidth)
    const total = widths.reduce((sum, one) => sum + one + GAP, -GAP)
    let room = total <= width ? width : width - MORE - GAP
    let count = 0
    for (const one of widths) {
      if (one > room) break
      room -= one + GAP
      count++
    }
    setFitting(width === 0 ? chips.length : count)
  }, [chips, width])
  const rest = chips.slice(fitting)
  return (
    <div className="relative flex min-w-0 flex-1 items-center gap-2">
      <div ref={row} className="flex min-w-0 flex-1 items-center gap-2 overflow-x-clip">
        {chips.map(({ id, ...chip }, i) => (
          <span key={id} className={`flex-none ${i < fitting ? '' : 'invisible'}`} inert={i >= fitting}>
            <Chip {...chip} />
          </span>
        ))}
      </div>
      {rest.length > 0 && (
        <Popover.Root>
          <Popover.Trigger className="control h-6 flex-none rounded-1" aria-label={`${rest.length} more filters`}>+{rest.length}</Popover.Trigger>
          <Popover.Portal>
            <Popover.Content align="end" sideOffset={6} className="popover flex max-w-[420px] flex-wrap gap-2 p-2" aria-label="More filters">
              {rest.map(({ id, ...chip }) => (
                <Chip key={id} {...chip} />
              ))}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      )}
    </div>
  )
}
