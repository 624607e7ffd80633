import { bounded, visible } from './text.ts'

const SHOWN = 300
const HOVERED = 4000

/** What a watched program gave as text: never markup, controls as escapes, its direction kept to itself, bounded; in full on hover. None is a dash. */
export function Name({ text, className = '', max = SHOWN }: { readonly text: string; readonly className?: string; readonly max?: number }) {
  if (text === '') return <span className={`text-t3 ${className}`}>–</span>
  const safe = visible(bounded(text, HOVERED))
  return (
    <bdi className={className} title={safe}>
      {bounded(safe, max)}
    </bdi>
  )
}
