'use client'
import type { MouseEvent } from 'react'
import { grouped } from '../ui/format.ts'
import styles from './facet-bars.module.css'

export interface FacetRow {
  readonly id: string
  readonly label: string
  readonly count: number
  readonly state: 'off' | 'chosen' | 'excluded'
}

export interface FacetBarsProps {
  readonly title: string
  readonly rows: readonly FacetRow[]
  /** What a full bar stands for: the whole selection. */
  readonly total: number
  /** `exclude`: Alt was held. */
  readonly onPick: (id: string, exclude: boolean) => void
}

/** Values of one field with exact counts and their share behind; a click filters, with Alt excludes, again takes it back. */
export function FacetBars({ title, rows, total, onPick }: FacetBarsProps) {
  if (rows.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      <ul className={styles.list}>
        {rows.map(({ id, label, count, state }) => (
          <li key={id}>
            <button type="button" className={styles.row} data-state={state} aria-pressed={state !== 'off'} title={`${label}: ${grouped(count)}. Click filters, Alt-click excludes`} onClick={(event: MouseEvent) => onPick(id, event.altKey)}>
              <i className={styles.bar} style={{ width: Math.max(2, total > 0 ? (count / total) * 192 : 0) }} />
              <span className={styles.label}>{label}</span>
              <span className={styles.count}>{grouped(count)}</span>
              {state === 'excluded' && <span className={styles.hidden}>, excluded</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
