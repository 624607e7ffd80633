'use client'
import { useMemo, useRef } from 'react'
import { calmOrder, type HeldOrder } from './table-order.ts'

/** Sorted rows in the order that is shown: while `calm` they stay in place for ten seconds, and for as long as they aren’t `untouched`. `by` is what they are sorted by. */
export function useCalmOrder<Row>(rows: readonly Row[], rowKey: (row: Row) => string, by: string, calm: boolean, untouched: () => boolean): readonly Row[] {
  const held = useRef<HeldOrder | undefined>(undefined)
  return useMemo(() => {
    if (!calm) return rows
    const byKey = new Map(rows.map((row) => [rowKey(row), row]))
    held.current = calmOrder(held.current, [...byKey.keys()], by, Date.now(), untouched())
    return held.current.keys.map((key) => byKey.get(key)!)
  }, [rows, rowKey, by, calm, untouched])
}
