'use client'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useFocusBack } from './focus-back.ts'
import { Keys } from './key.tsx'

interface KeyHelpProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Groups of keys and what they do. */
  readonly groups: readonly { readonly title: string; readonly keys: readonly (readonly [keys: string, does: string])[] }[]
}

/** Every key there is. */
export function KeyHelp({ open, onOpenChange, groups }: KeyHelpProps) {
  const focusBack = useFocusBack()
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-(--z-palette) bg-[color-mix(in_srgb,var(--surface-0)_62%,transparent)]" />
        <Dialog.Content {...focusBack} aria-describedby={undefined} className="fixed top-24 left-1/2 z-(--z-palette) max-h-[calc(100vh-120px)] w-160 max-w-[calc(100vw-16px)] -translate-x-1/2 overflow-y-auto rounded-[8px] border border-line-2 bg-s2 pb-4">
          <div className="flex h-12 items-center border-b border-line pr-3 pl-4">
            <Dialog.Title className="flex-1 text-lg font-semibold">Keyboard</Dialog.Title>
            <Dialog.Close aria-label="Close" className="grid size-7 place-items-center rounded-1 text-t3 hover:text-t1">
              <X size={14} strokeWidth={1.6} aria-hidden />
            </Dialog.Close>
          </div>
          <div className="grid gap-x-8 px-4 desk:grid-cols-2">
            {groups.map(({ title, keys }) => (
              <section key={title}>
                <h3 className="pt-3 pb-1 text-xs text-t3">{title}</h3>
                <dl>
                  {keys.map(([combination, does]) => (
                    <div key={combination} className="flex h-[26px] items-center text-sm">
                      <dt className="w-20 flex-none"><Keys keys={combination} /></dt>
                      <dd className="cut text-t2">{does}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
