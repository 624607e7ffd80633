'use client'
import Link from 'next/link'
import { useFailing, useSelection, useSilence, useTopic, type Failing, type Losses, type Status } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { ErrorNote, PartialNote, StaleNote } from '../../ui/notes.tsx'
import { bounded, visible } from '../../ui/text.ts'
import { clock, instantMs } from '../../ui/time.ts'
import type { PageEntry } from './pages.ts'

/** Pages that say beside their own figures what of them was lost. */
const SAYS_ITSELF: ReadonlySet<string> = new Set(['/requests', '/collector'])
/** Pages that say themselves that no collector has come. */
const AWAITS_ITSELF: ReadonlySet<string> = new Set(['/', '/collector'])

/** A line's height, and a finger's on a phone. */
const LINK = 'ml-1.5 rounded-1 text-xs text-accent hover:underline max-desk:-my-3.5 max-desk:inline-block max-desk:py-3.5'

/** Above a page's figures, when they are not what they seem: which query fails, since when nothing comes, what of them is missing. */
export function PageNotes({ page }: { readonly page: PageEntry | undefined }) {
  const { live } = useSelection()
  const stale = useSilence(live)
  const failing = useFailing()
  return (
    <div className="flex flex-none flex-col empty:hidden *:border-b *:border-line *:px-4 *:py-1">
      {failing.length > 0 && <Failed failing={failing} />}
      {stale && <p className="leading-4"><StaleNote what={bounded(visible(stale.what), 60)} since={clock(stale.sinceMs)} /></p>}
      {page && !AWAITS_ITSELF.has(page.href) && <Awaited />}
      {page && !SAYS_ITSELF.has(page.href) && <Missing page={page} />}
    </div>
  )
}

/** Before any collector has come: that there is nothing says nothing. */
function Awaited() {
  const { href } = useSelection()
  const { data } = useTopic<Status>('status', {}, true)
  if (data?.hosts.length !== 0) return null
  return (
    <p className="leading-4">
      <PartialNote>Nothing is watched: no collector has come yet</PartialNote>
      <Link href={href('/')} prefetch={false} className={LINK}>what to do</Link>
    </p>
  )
}

function Failed({ failing }: { readonly failing: readonly Failing[] }) {
  const queries = new Set(failing.map(({ error }) => error.query))
  const first = failing[0]!.error
  const retry = () => { for (const one of failing) one.retry() }
  return <p><ErrorNote error={first} also={queries.size - 1} onRetry={retry} /></p>
}

/** What is known to be lost of what feeds the page: how much, where and why, when last. */
function Missing({ page }: { readonly page: PageEntry }) {
  const { range, live, href } = useSelection()
  const losses = useTopic<Losses>('losses', range, live)
  const [worst, ...others] = (losses.data?.losses ?? []).filter(({ affects }) => page.fedBy?.includes(affects)).toSorted((a, b) => b.count - a.count)
  if (!worst) return null
  const more = others.length > 0 ? `, and ${grouped(others.length)} more` : ''
  return (
    <p className="leading-4 desk:cut">
      <PartialNote>{`${grouped(worst.count)} ${worst.affects} are missing from these figures: ${bounded(visible(`${worst.reason}, ${worst.where}`), 120)}, last ${clock(instantMs(worst.lastAt))}${more}`}</PartialNote>
      <Link href={href('/collector')} prefetch={false} className={LINK}>why</Link>
    </p>
  )
}
