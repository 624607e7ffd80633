'use client'
import type { CostWindows } from '../../live/index.ts'
import { clock, instantMs } from '../../ui/time.ts'
import { duration, sentence } from '../../ui/format.ts'

/** When costs were measured and will be again; said before, since the kernel's counting costs too. */
export function CostWindowsNote({ windows, isMeasured }: { readonly windows: readonly CostWindows[]; readonly isMeasured: boolean }) {
  const [first] = windows
  if (!first) return <span className="text-xs text-t3 max-desk:hidden">{isMeasured ? 'costs as last measured in the kernel' : 'what programs cost is not measured'}</span>
  const open = windows.find(({ isOpen }) => isOpen)
  const length = sentence(duration(first.forNs))
  if (open) return <span role="status" className="text-xs text-t2 max-desk:hidden">measuring for {length} now: each run costs ≈ 20 ns more</span>
  const last = windows.reduce<string | null>((latest, { lastAt }) => (lastAt !== null && (latest === null || lastAt > latest) ? lastAt : latest), null)
  const next = windows.reduce((soonest, { nextAt }) => (nextAt < soonest ? nextAt : soonest), first.nextAt)
  return (
    <span className="text-xs text-t3 max-desk:hidden" title="The kernel counts runs and their time only in these windows, since counting costs each run some 20 ns more.">
      costs {last === null ? 'not measured yet' : <>of {length} at {clock(instantMs(last))}</>}; measured for {length} at {clock(instantMs(next))}
    </span>
  )
}
