'use client'
import { useState, type KeyboardEvent, type ReactNode } from 'react'

export interface PictureTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface PictureProps {
  /** What is drawn, in a few words with its conclusion. */
  readonly label: string
  /** The same as figures; made only when asked for. */
  readonly table: () => PictureTable
  /** The picture's own keys; called before `t`. True if it took the key. */
  readonly onKey?: ((event: KeyboardEvent) => boolean) | undefined
  readonly height: number
  readonly children: ReactNode
}

/** Frame of a picture that can be reached by Tab: `T` shows the table that says the same, `T` or Esc the picture again. */
export function Picture({ label, table, onKey, height, children }: PictureProps) {
  const [asTable, setAsTable] = useState(false)
  const onKeyDown = (event: KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey
    const wantsTable = plain && event.key.toLowerCase() === 't'
    const leaves = asTable && event.key === 'Escape'
    if (!(wantsTable || leaves) && !onKey?.(event)) return
    if (wantsTable || leaves) setAsTable(!asTable)
    event.preventDefault()
    event.nativeEvent.stopImmediatePropagation() // `t` is the theme elsewhere
    event.stopPropagation()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a picture is read by keys
    <div role="group" aria-label={`${label}. T shows a table.`} tabIndex={0} onKeyDown={onKeyDown} style={{ position: 'relative', minHeight: height }}>
      {asTable ? <FigureTable label={label} {...table()} height={height} /> : children}
    </div>
  )
}

function FigureTable({ label, columns, rows, height }: PictureTable & { readonly label: string; readonly height: number }) {
  return (
    <div style={{ maxHeight: Math.max(height, 240), overflow: 'auto' }}>
      <table aria-label={label} style={{ width: '100%', fontSize: 'var(--text-xs)', lineHeight: 'var(--leading-sm)', borderCollapse: 'collapse' }}>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={column} scope="col" style={{ textAlign: i === 0 ? 'left' : 'right', fontWeight: 400, color: 'var(--text-3)', padding: '0 8px 0 0' }}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, i) => (
                <td key={columns[i]} style={{ textAlign: i === 0 ? 'left' : 'right', padding: '0 8px 0 0', whiteSpace: 'nowrap' }}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
