import { clock, dayAndClock, instantMs, milliseconds, utc } from './time.ts'

/** An instant of the API as a clock time, `14:08:39.998`; its day and UTC on hover. */
export function Moment({ at, precise = false }: { readonly at: string; readonly precise?: boolean }) {
  const ms = instantMs(at)
  return (
    <time dateTime={at} title={`${dayAndClock(ms)} · ${utc(at)}`} className="whitespace-nowrap">
      {clock(ms)}
      {precise && <span className="text-t3">{milliseconds(ms)}</span>}
    </time>
  )
}
