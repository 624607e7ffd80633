/** Cells of the page's small tables. */
export const CELL = 'hairline cut h-6 border-b px-2 py-0 first:pl-4 last:pr-4'
export const HEAD = 'h-7 border-b border-line px-2 text-xs font-normal text-t3 first:pl-4 last:pr-4'
