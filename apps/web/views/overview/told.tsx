import { sentence, share } from '../../ui/format.ts'
import { shortClock } from '../../ui/time.ts'
import { changeWords } from './words.ts'
import type { Told } from './rows.ts'

/** A change against the hour before in words, shorter beside others (`brief`): `p99 3.1× since 14:02`, `errors 1.84 %, was 0.08 %`, `rate −34 % since 14:03`. */
export function ToldWords({ told: { what, moved, share: now, shareBefore, sinceMs }, brief = false }: { readonly told: Told; readonly brief?: boolean }) {
  if (what === 'errors') {
    return (
      <span>
        errors <b className="font-medium text-warn">{sentence(share(now))}</b>
        {shareBefore !== undefined && !brief && <span className="text-t3">, was {sentence(share(shareBefore))}</span>}
      </span>
    )
  }
  return (
    <span>
      {what} <b className="font-medium text-warn">{changeWords(what, moved!.ratio)}</b>
      {sinceMs !== undefined && !Number.isNaN(sinceMs) && ` since ${shortClock(Math.floor(sinceMs / 60_000) * 60_000)}`}
    </span>
  )
}
