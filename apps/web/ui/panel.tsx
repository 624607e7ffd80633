import { X } from 'lucide-react'
import type { ReactNode } from 'react'

interface PanelProps {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly children: ReactNode
  /** At the foot; at most one primary. */
  readonly actions?: ReactNode
  readonly onClose?: () => void
  readonly label: string
}

/** At the right of a page, one surface step: what was chosen, without leaving. On a phone it is the page. */
export function Panel({ title, note, children, actions, onClose, label }: PanelProps) {
  return (
    <aside aria-label={label} className="flex min-h-0 w-(--panel) flex-none flex-col overflow-hidden border-l border-line bg-s1 max-wide:w-[312px] max-desk:w-full max-desk:flex-1 max-desk:border-l-0">
      <header className="flex-none border-b border-line px-4 py-2.5">
        <div className="flex items-center gap-2">
          <h2 className="cut flex-1 text-lg font-semibold">{title}</h2>
          {onClose && (
            <button type="button" onClick={onClose} aria-label="Close" title="Close (Esc)" className="grid size-6 flex-none place-items-center rounded-1 text-t3 hover:text-t1 max-desk:-mr-3 max-desk:size-11">
              <X size={14} strokeWidth={1.6} aria-hidden />
            </button>
          )}
        </div>
        {note !== undefined && <div className="text-xs text-t3">{note}</div>}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
      {actions !== undefined && <footer className="flex flex-none gap-2 p-4">{actions}</footer>}
    </aside>
  )
}
