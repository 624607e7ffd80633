import { TriangleAlert } from 'lucide-react'
import type { Problem } from '../../live/index.ts'
import { Name } from '../../ui/name.tsx'
import { withLocalInstants } from '../../ui/time.ts'

/** With a capital and a full stop; '' stays ''. */
const sentence = (text: string) => text.replace(/^./, (first) => first.toUpperCase()).replace(/([^.!?])$/, '$1.')

/** What keeps Sonde from seeing or keeping all, and what to do about each. */
export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <ul aria-label="Problems" className="flex-none border-b border-line bg-warn-soft px-4 py-2 text-sm">
      {problems.map(({ what, detail, fix }, i) => (
        <li key={i} className="flex gap-2 py-0.5">
          <TriangleAlert size={14} strokeWidth={1.6} className="mt-px flex-none text-warn" aria-hidden />
          <p><Name text={sentence(what)} className="font-medium" /> {detail !== '' && <Name text={sentence(withLocalInstants(detail))} max={600} className="text-t2" />} {fix !== '' && <Name text={sentence(fix)} max={600} />}</p>
        </li>
      ))}
    </ul>
  )
}
