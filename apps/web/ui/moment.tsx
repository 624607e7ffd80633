import { clock, dayAndClock, instantMs, milliseconds, utc } from './time.ts'

/** An instant of the API as a clock time, `14:08:39.998`, or with its `day`; both and UTC on hover. */
export function Moment({ at, precise = false, day = false }: { readonly at: string; readonly precise?: boolean; readonly day?: boolean }) {
  const ms = instantMs(at)
  return (
    <time dateTime={at} title={`${dayAndClock(ms)} · ${utc(at)}`} className="whitespace-nowrap">
      {day ? dayAndClock(ms) : clock(ms)}
      {precise && <span className="text-t3">{milliseconds(ms)}</span>}
    </time>
  )
}
