'use client'
import { X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState, type FormEvent, type KeyboardEvent } from 'react'
import { bounded, visible } from './text.ts'

export interface ChipProps {
  /** `service` */
  readonly name: string
  readonly value: string
  readonly not?: boolean
  readonly onRemove: () => void
  /** Takes another value, or the opposite; false if it can't be read. Without it the chip can't be edited. */
  readonly onChange?: (value: string, not: boolean) => boolean
  /** Of these `not` makes no sense. */
  readonly noOpposite?: boolean
}

const SHOWN = 40

/** One filter: `key value ×`. Click opens its editor, Backspace removes it. */
export function Chip({ name, value, not = false, onRemove, onChange, noOpposite }: ChipProps) {
  const [open, setOpen] = useState(false)
  const safe = visible(value)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Backspace' && event.key !== 'Delete') return
    event.preventDefault()
    onRemove()
  }
  return (
    <span className="inline-flex h-6 flex-none items-center rounded-1 max-desk:h-(--control) border border-line-2 bg-s2 text-sm whitespace-nowrap">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild disabled={!onChange}>
          <button type="button" onKeyDown={onKeyDown} title={`${name} ${not ? 'is not ' : ''}${safe}`} className="flex h-full items-center gap-1 rounded-1 pl-[7px]">
            <span className="text-t3">{name}{not && ' not'}</span>
            <bdi>{bounded(safe, SHOWN)}</bdi>
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content align="start" sideOffset={4} className="popover w-[300px] p-1" aria-label={`Change ${name}`}>
            {onChange && <Editor name={name} value={value} not={not} noOpposite={noOpposite} onDone={(next, opposite) => onChange(next, opposite) && (setOpen(false), true)} />}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <button type="button" onClick={onRemove} aria-label={`Remove ${name} ${safe}`} className="grid h-full w-5 place-items-center rounded-1 text-t3 hover:text-t1 max-desk:w-10">
        <X size={12} strokeWidth={1.6} aria-hidden />
      </button>
    </span>
  )
}

interface EditorProps {
  readonly name: string
  readonly value: string
  readonly not: boolean
  readonly noOpposite: boolean | undefined
  readonly onDone: (value: string, not: boolean) => boolean
}

function Editor({ name, value, not, noOpposite, onDone }: EditorProps) {
  const [text, setText] = useState(value)
  const [refused, setRefused] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setRefused(!onDone(text.trim(), not))
  }
  return (
    <form onSubmit={submit} className="flex gap-1">
      <input aria-label={name} aria-invalid={refused} value={text} onChange={(event) => setText(event.target.value)} className={`control min-w-0 flex-1 text-t1 ${refused ? 'border-warn' : ''}`} />
      {!noOpposite && (
        <button type="button" className="control" aria-pressed={not} onClick={() => onDone(text.trim(), !not)}>not</button>
      )}
    </form>
  )
}
