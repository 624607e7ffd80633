'use client'
import { useProbeSwitch, type Reading } from '../../live/index.ts'
import { sentence, share } from '../../ui/format.ts'
import { EmptyNote, ErrorNote } from '../../ui/notes.tsx'
import { PROBE, type Listening } from './model.ts'

/** Whether it listens now, in a few words. */
export function ListeningNow({ listening, live }: { readonly listening: Listening; readonly live: boolean }) {
  switch (listening.kind) {
    case 'always': return <Said dot="text-ok">listening all the time{live && ', while you look'}</Said>
    case 'now and then': return <Said dot="text-ok">{live ? 'begins to listen all the time' : `listens ${sentence(share(listening.share))} of the time while nobody looks`}</Said>
    case 'refused': return <Said dot="text-warn">refused</Said>
    case 'off': return <Said dot="text-line-3">off</Said>
    case 'unknown': return null
  }
}

function Said({ dot, children }: { readonly dot: string; readonly children: React.ReactNode }) {
  return <span role="status" className="flex items-center gap-2 text-sm whitespace-nowrap text-t2 max-desk:hidden"><span className={`dot ${dot}`} />{children}</span>
}

/** Where the probe is off: that it is, and the switch. */
export function OffNote({ listening, before }: { readonly listening: Extract<Listening, { kind: 'off' }>; readonly before: boolean }) {
  const { pending, failed, set, forget } = useProbeSwitch()
  const { probes, fixed } = listening
  if (failed) return <ErrorNote error={failed} onRetry={forget} />
  if (fixed !== undefined) return <EmptyNote>{before ? `What is shown was counted before; now nothing is: ${fixed}.` : `No system calls here: ${fixed}.`}</EmptyNote>
  if (pending.size > 0) return <EmptyNote>Turning {PROBE} on …</EmptyNote>
  return (
    <EmptyNote action={{ name: 'Turn it on', run: () => { for (const probe of probes) set(probe, true) } }}>
      {PROBE} is off, because each call costs a little more while it listens{before ? '; what is shown was counted before.' : '. Nothing is known of system calls.'}
    </EmptyNote>
  )
}

/** Why the table has no rows. */
export function NoCalls({ listening, reading, filtered }: { readonly listening: Listening; readonly reading: Reading<unknown>; readonly filtered: boolean }) {
  if (reading.error) return <ErrorNote error={reading.error} onRetry={reading.retry} />
  if (filtered) return <EmptyNote>No call of this range matches.</EmptyNote>
  switch (listening.kind) {
    case 'off': return <OffNote listening={listening} before={false} />
    case 'refused': return <EmptyNote>This kernel refuses {PROBE}: {listening.reason}</EmptyNote>
    case 'unknown': return <EmptyNote>No collector has reported {PROBE}. Its log says why, if it should have.</EmptyNote>
    default: return <EmptyNote>No call was counted in this range. While this page is live the first are here within seconds.</EmptyNote>
  }
}
