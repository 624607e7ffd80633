'use client'
import { Check, Columns3 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useCallback, useEffect, useState } from 'react'
import { labelOf, type Column } from './table-column.ts'

/** The columns switched off in a table, kept in this browser under `name`. */
export function useHiddenColumns(name: string, initially: readonly string[] = []): [readonly string[], (hidden: readonly string[]) => void] {
  const [hidden, setHidden] = useState(initially)
  const key = `sonde.columns.${name}`
  useEffect(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
      if (Array.isArray(kept)) setHidden(kept.filter((id): id is string => typeof id === 'string'))
    } catch {
      // Storage is shut off or holds something else: the columns are the initial ones.
    }
  }, [key])
  const keep = useCallback((next: readonly string[]) => {
    setHidden(next)
    try {
      localStorage.setItem(key, JSON.stringify(next))
    } catch {
      // Storage is shut off: the choice holds for this page.
    }
  }, [key])
  return [hidden, keep]
}

interface ColumnMenuProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly hidden: readonly string[]
  readonly onChange: (hidden: readonly string[]) => void
}

/** Which columns are shown. */
export function ColumnMenu<Row>({ columns, hidden, onChange }: ColumnMenuProps<Row>) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="control flex-none max-desk:hidden">
        <Columns3 size={14} strokeWidth={1.6} aria-hidden />
        Columns
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="popover max-h-[60vh] min-w-44 overflow-y-auto p-1">
          {columns.filter((column) => !column.fixed).map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              checked={!hidden.includes(column.id)}
              onCheckedChange={(on) => onChange(on ? hidden.filter((id) => id !== column.id) : [...hidden, column.id])}
              onSelect={(event) => event.preventDefault()}
              className="flex h-[26px] items-center gap-2 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1 data-[state=checked]:text-t1"
            >
              <span className="flex w-3">
                <DropdownMenu.ItemIndicator>
                  <Check size={12} strokeWidth={1.6} aria-hidden />
                </DropdownMenu.ItemIndicator>
              </span>
              {labelOf(column)}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
