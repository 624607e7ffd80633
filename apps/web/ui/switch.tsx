'use client'
import { Switch as RadixSwitch } from 'radix-ui'

interface SwitchProps {
  readonly label: string
  readonly on: boolean
  readonly disabled?: boolean
  readonly onChange: (on: boolean) => void
}

/** A switch, grey when on: eleven blue ones would drown a page. */
export function Switch({ label, on, disabled, onChange }: SwitchProps) {
  return (
    <RadixSwitch.Root
      aria-label={label}
      checked={on}
      disabled={disabled}
      onCheckedChange={onChange}
      className="relative inline-block h-4 w-7 rounded-full border border-line-3 bg-s0 align-middle focus-visible:rounded-full disabled:opacity-45 data-[state=checked]:border-t2 data-[state=checked]:bg-t2"
    >
      <RadixSwitch.Thumb className="block size-2.5 translate-x-[2px] rounded-full bg-t3 transition-transform duration-(--motion-fast) data-[state=checked]:translate-x-[14px] data-[state=checked]:bg-s0" />
    </RadixSwitch.Root>
  )
}
