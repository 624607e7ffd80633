'use client'
import { ChevronDown, Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { rowCount } from '../../charts/flame-layout.ts'
import { queryOf, type Params } from '../../live/index.ts'
import { grouped } from '../../ui/format.ts'
import { rowsInPng, savePng, saveSvg, type PictureScene } from './exporting.ts'

interface ExportMenuProps {
  /** What was asked of the API. */
  readonly asked: Params
  /** What is drawn now. */
  readonly scene: () => PictureScene
  readonly name: string
  readonly title: string
  readonly describe: (node: number) => string
}

const FORMATS = [['folded', 'Folded stacks', 'for flamegraph.pl, inferno'], ['speedscope', 'speedscope', 'for speedscope.app'], ['pprof', 'pprof', 'for go tool pprof']] as const
const ITEM = 'flex h-[26px] items-center gap-3 rounded-1 px-2 text-sm text-t2 data-highlighted:bg-s3 data-highlighted:text-t1'

/** The stacks of the selection as other tools read them, from the API; the picture as it is drawn, made here. */
export function ExportMenu({ asked, scene, name, title, describe }: ExportMenuProps) {
  const [failed, setFailed] = useState('')
  const [open, setOpen] = useState(false)
  const png = () => {
    setFailed('')
    savePng(scene(), name).catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)))
  }
  return (
    <>
      {failed !== '' && <span role="alert" className="cut text-xs text-warn">no PNG: {failed}</span>}
      <DropdownMenu.Root open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger className="control flex-none max-desk:hidden">
          <Download size={14} strokeWidth={1.6} aria-hidden />
          Export
          <ChevronDown size={12} strokeWidth={1.6} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} className="popover focus-visible:rounded-2 focus-visible:shadow-none min-w-64 p-1">
            {FORMATS.map(([format, text, note]) => (
              <DropdownMenu.Item key={format} asChild>
                <a href={`/api/v1/profiles${queryOf({ ...asked, format })}`} download className={ITEM}>{text}<span className="flex-1" /><span className="text-xs text-t3">{note}</span></a>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item className={ITEM} onSelect={() => saveSvg(scene(), name, title, describe)}>SVG<span className="flex-1" /><span className="text-xs text-t3">this picture, with figures on hover</span></DropdownMenu.Item>
            <DropdownMenu.Item className={ITEM} onSelect={png}>PNG<span className="flex-1" /><span className="text-xs text-t3">{open && pngNote(scene())}</span></DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  )
}

function pngNote(scene: PictureScene): string {
  const [rows, all] = [rowsInPng(scene), rowCount(scene.layout)]
  return rows < all ? `the first ${grouped(rows)} of ${grouped(all)} rows` : 'this picture'
}
