'use client'
import { Check, ChevronDown, ChevronLeft, ChevronRight, Clock } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState, type FormEvent } from 'react'
import { Hint } from './hint.tsx'

export interface RangeOption {
  /** `Last 15 minutes` */
  readonly name: string
  /** `15m` */
  readonly short: string
  readonly chosen: boolean
  readonly choose: () => void
}

interface RangePickerProps {
  /** `last 15 min`, `14:02:25 – 14:07:40` */
  readonly label: string
  readonly options: readonly RangeOption[]
  /** Takes what was typed; false if it is no range. */
  readonly onType: (text: string) => boolean
  readonly onStep: (direction: -1 | 1) => void
}

const ICON = { size: 14, strokeWidth: 1.6, 'aria-hidden': true } as const

/** When: relative, absolute or typed; the arrows step by one range. */
export function RangePicker({ label, options, onType, onStep }: RangePickerProps) {
  const [open, setOpen] = useState(false)
  return (
    <span className="segments flex-none max-desk:*:border-l-0">
      <Hint name="One range back" keys="[" side="bottom">
        <button type="button" aria-label="One range back" onClick={() => onStep(-1)} className="max-desk:hidden!">
          <ChevronLeft {...ICON} />
        </button>
      </Hint>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger aria-label={`Range: ${label}`}>
          <Clock {...ICON} className="max-desk:hidden" />
          {label}
          <ChevronDown size={12} strokeWidth={1.6} aria-hidden />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content align="end" sideOffset={6} className="popover w-[300px] p-1" aria-label="Range">
            <TypedRange onType={(text) => onType(text) && (setOpen(false), true)} />
            {options.map(({ name, short, chosen, choose }) => (
              <button key={name} type="button" aria-pressed={chosen} onClick={() => { choose(); setOpen(false) }} className="flex h-[26px] w-full items-center rounded-1 px-2 text-sm text-t2 hover:bg-s3 aria-pressed:bg-s3 aria-pressed:text-t1">
                {name}
                <span className="mr-1.5 ml-auto text-t3">{short}</span>
                <span className="flex w-3">{chosen && <Check size={12} strokeWidth={1.6} aria-hidden />}</span>
              </button>
            ))}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <Hint name="One range on" keys="]" side="bottom">
        <button type="button" aria-label="One range on" onClick={() => onStep(1)} className="max-desk:hidden!">
          <ChevronRight {...ICON} />
        </button>
      </Hint>
    </span>
  )
}

function TypedRange({ onType }: { readonly onType: (text: string) => boolean }) {
  const [text, setText] = useState('')
  const [refused, setRefused] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setRefused(!onType(text))
  }
  return (
    <form onSubmit={submit} className="mb-1">
      <input
        aria-label="Type a range"
        aria-invalid={refused}
        placeholder="14:02–14:08, 90m, yesterday 9:00 …"
        value={text}
        onChange={(event) => { setText(event.target.value); setRefused(false) }}
        className={`control w-full text-t1 ${refused ? 'border-warn' : ''}`}
      />
      {refused && <p role="alert" className="px-2 pt-1 text-xs text-warn">No range. Write 90m, 14:02–14:08 or since 14:02.</p>}
    </form>
  )
}
