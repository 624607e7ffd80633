import type { ReactNode } from 'react'

/** Notes of state: one line, beside the figure's title or where the figure would be; never a toast. */

interface Action {
  readonly name: string
  readonly run: () => void
}

const link = (action: Action) => (
  <button type="button" onClick={action.run} className="rounded-1 text-accent hover:underline max-desk:-m-3 max-desk:min-w-11 max-desk:p-3">
    {action.name}
  </button>
)

/** Why there is nothing, and what to do. */
export function EmptyNote({ children, action }: { readonly children: ReactNode; readonly action?: Action }) {
  return (
    <span className="inline-flex items-center gap-2 text-sm text-t2">
      <span>{children}</span>
      {action && link(action)}
    </span>
  )
}

/** Which query failed, why, and again; `also`: so many others. */
export function ErrorNote({ error, also = 0, onRetry }: { readonly error: { readonly query: string; readonly status: number; readonly detail: string }; readonly also?: number; readonly onRetry: () => void }) {
  return (
    <span role="alert" className="inline-flex flex-wrap items-center gap-x-2 text-sm">
      <span className="text-bad">
        {error.query}
        {error.status > 0 && `, ${error.status}`}
        {also > 0 && ` and ${also} more`}
      </span>
      <span className="text-t2">{error.detail}</span>
      {link({ name: 'Retry', run: onRetry })}
    </span>
  )
}

/** Nothing newer has come since. */
export function StaleNote({ what, since }: { readonly what: string; readonly since: string }) {
  return <span className="text-xs text-warn">nothing from {what} since {since}</span>
}

/** What is missing, how much, when. */
export function PartialNote({ children }: { readonly children: ReactNode }) {
  return <span className="text-xs text-warn">{children}</span>
}
