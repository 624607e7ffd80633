'use client'
import { useRef } from 'react'
import { DotStrip } from '../../charts/dot-strip.tsx'
import { all, useQuery, withFilter, withParam, type Change, type FilterKey } from '../../live/index.ts'
import type { RequestAnswer } from '../../server/query/request-answer.ts'
import { grouped } from '../../ui/format.ts'
import { bounded, visible } from '../../ui/text.ts'
import { useWidth } from '../../ui/use-width.ts'

interface OthersProps {
  readonly detail: RequestAnswer
  readonly range: { readonly from: string; readonly to: string }
  readonly apply: (change: Change) => void
}

const DRAWN = 300

/** Requests of the same service, end, method and template (without one: path), as dots; the newest are drawn. */
export function OthersLikeThis({ detail, range, apply }: OthersProps) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const alike = alikeOf(detail)
  const { data, dim } = useQuery<{ readonly requests: readonly RequestAnswer[]; readonly total: number }>('requests', { ...Object.fromEntries(alike), ...range, limit: DRAWN })
  const dots = (data?.requests ?? []).flatMap(({ id, durationNs, error }) => (durationNs !== null && durationNs > 0 && id !== detail.id ? [{ id, valueNs: durationNs, isError: error }] : []))
  const by = bounded(visible(detail.template ?? detail.path ?? detail.protocol), 80)
  const show = () => apply(all(...alike.map(([key, value]) => withFilter(key, value)), withParam('request', null)))
  return (
    <div className="px-4 pt-3.5 pb-3" style={{ opacity: dim ? 0.4 : 1 }}>
      <div className="flex items-baseline gap-2 text-sm">
        <h3 className="flex-none font-medium">Others like this</h3>
        <span className="cut text-t3">same {detail.template === null ? 'path' : 'template'}: <bdi className="mono">{by}</bdi></span>
        <span className="flex-1" />
        {data && <button type="button" className="flex-none rounded-1 text-accent hover:underline" onClick={show}>{`${grouped(data.total)} in this range`}</button>}
      </div>
      <div ref={box} className="mt-2 min-h-[62px]">
        {width > 0 && data && <DotStrip dots={dots} markedNs={detail.durationNs} width={width} label="Durations of others like this" />}
      </div>
    </div>
  )
}

function alikeOf(detail: RequestAnswer): readonly (readonly [FilterKey, string])[] {
  return [
    ['service', detail.service], ['role', detail.role],
    ...(detail.method === null ? [] : [['method', detail.method] as const]),
    ...(detail.template !== null ? [['template', detail.template] as const] : detail.path !== null ? [['path', detail.path] as const] : [['protocol', detail.protocol] as const]),
  ]
}
