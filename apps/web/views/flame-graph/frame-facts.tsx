import type { FlameLayout } from '../../charts/flame-layout.ts'
import type { FlamePalette } from '../../charts/flame-palette.ts'
import { grouped } from '../../ui/format.ts'
import { Key } from '../../ui/key.tsx'
import { Name } from '../../ui/name.tsx'
import { functionOf, placeOf, shareOf, sourceOf, timeOf, type Whole } from './figures.ts'

interface FrameProps {
  readonly layout: FlameLayout
  readonly node: number
  readonly whole: Whole
  readonly palette: FlamePalette
}

/** A square of a frame’s colour; hatched where nothing is known of it. */
export function Swatch({ fill, isHatched = false }: { readonly fill: string; readonly isHatched?: boolean }) {
  return <span aria-hidden className="relative inline-block size-2 flex-none" style={{ background: fill }}>{isHatched && <span className="absolute inset-0" style={{ background: 'repeating-linear-gradient(135deg, var(--surface-0) 0 1px, transparent 1px 3px)' }} />}</span>
}

function swatchOf({ layout, node, palette }: FrameProps) {
  const index = layout.functionOf[node]!
  return <Swatch fill={index < 0 ? palette.fills[0]! : palette.fills[palette.classOf[index]!]!} isHatched={index >= 0 && palette.isHatched[index] === 1} />
}

/** All that is known of a rectangle, beside the pointer. */
export function FrameTip(props: FrameProps) {
  const { layout, node, whole } = props
  const own = functionOf(layout, node)
  const [total, self] = [layout.total[node]!, layout.self[node]!]
  const place = own ? placeOf(own) : ''
  return (
    <>
      <div className="mono pb-1 font-medium break-words text-t1">{own ? <Name text={own.name} max={400} /> : whole.rootLabel}</div>
      <table className="border-separate border-spacing-0">
        <tbody>
          {([['all', total], ['self', self]] as const).map(([name, samples]) => (
            <tr key={name}>
              <td className="pr-3 text-t3">{name}</td>
              <td className="pr-3 text-right text-t1">{timeOf(samples, whole)}</td>
              <td className="pr-3 text-right text-t1">{shareOf(samples, whole)}</td>
              <td className="text-right">{`${grouped(samples)} samples`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {own && (
        <div className="pt-1">
          <div className="flex items-center gap-1.5">{swatchOf(props)}{own.kind}{own.binary !== '' && <Name text={own.binary} className="mono cut text-t2" max={200} />}</div>
          {place !== '' && <div className="mono cut"><Name text={place} max={200} /></div>}
          <div className={own.nameSource === 'none' ? 'text-warn' : 'text-t3'}>{sourceOf(own)}</div>
        </div>
      )}
    </>
  )
}

/** The bar below the picture: what is under the pointer, else what is chosen, and the keys for it. */
export function Readout({ frame, isChosen, hint }: { readonly frame: FrameProps | undefined; readonly isChosen: boolean; readonly hint: string }) {
  const own = frame && functionOf(frame.layout, frame.node)
  const place = own ? [placeOf(own), own.binary].filter((part) => part !== '').join(' · ') : ''
  return (
    <div className="flex h-[34px] flex-none items-center gap-4 border-t border-line bg-s1 px-4 text-sm whitespace-nowrap">
      {!frame && <span className="text-t3">{hint}</span>}
      {frame && <span className="mono cut font-medium">{own ? <Name text={own.name} /> : frame.whole.rootLabel}</span>}
      {frame && own && <span className="flex flex-none items-center gap-1.5 text-t2">{swatchOf(frame)}{own.kind}</span>}
      {place !== '' && <span className="cut shrink-[9] text-t3"><Name text={place} /></span>}
      {own && <span className={`cut shrink-[99] max-wide:hidden ${own.nameSource === 'none' ? 'text-warn' : 'text-t3'}`}>{sourceOf(own)}</span>}
      <span className="flex-1" />
      {frame && <Figures {...frame} />}
      {isChosen && (
        <span className="flex flex-none items-center gap-2 text-t3 max-desk:hidden">
          {([['Enter', 'zoom'], ['F', 'focus'], ['S', 'sandwich'], ['C', 'copy']] as const).map(([key, name]) => <span key={key} className="inline-flex items-center gap-1.5"><Key>{key}</Key>{name}</span>)}
        </span>
      )}
    </div>
  )
}

function Figures({ layout, node, whole }: FrameProps) {
  return (
    <span className="flex-none">
      <b className="font-medium">{timeOf(layout.total[node]!, whole)}</b><span className="text-t3"> of {timeOf(whole.sampleCount, whole)}, </span><b className="font-medium">{shareOf(layout.total[node]!, whole)}</b>
      <span className="pl-4 text-t3">self {timeOf(layout.self[node]!, whole)}</span>
    </span>
  )
}
