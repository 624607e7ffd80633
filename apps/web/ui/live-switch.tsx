import { Play } from 'lucide-react'
import { age } from './time.ts'

export type LiveState =
  | { readonly kind: 'live' }
  /** `at` in words; '' for a range between two instants. */
  | { readonly kind: 'paused'; readonly at: string }
  | { readonly kind: 'behind'; readonly seconds: number }

/** Live, paused or behind: one control. */
export function LiveSwitch({ state, onToggle }: { readonly state: LiveState; readonly onToggle: () => void }) {
  if (state.kind === 'paused') {
    return (
      <button type="button" onClick={onToggle} title="Go live (space)" className="control flex-none">
        <Play size={14} strokeWidth={1.6} aria-hidden />
        <span className="max-desk:hidden">Paused {state.at}</span>
        <span className="desk:hidden">Paused</span>
      </button>
    )
  }
  const behind = state.kind === 'behind'
  return (
    <button type="button" onClick={onToggle} title="Pause (space)" className={`control flex-none ${behind ? 'text-warn' : 'text-t1'}`}>
      <span className={`dot ${behind ? '' : 'text-accent'}`} />
      {behind ? `${age(state.seconds)} behind` : 'Live'}
    </button>
  )
}
