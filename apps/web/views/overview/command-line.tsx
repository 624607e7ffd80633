'use client'
import { Copy } from 'lucide-react'
import { useState } from 'react'

/** A line to paste into a shell. */
export function CommandLine({ line, primary = false }: { readonly line: string; readonly primary?: boolean }) {
  const [copied, setCopied] = useState(false)
  return (
    <div className="flex gap-2">
      <code className="mono flex min-h-9 min-w-0 flex-1 items-center rounded-2 border border-line-2 px-3 py-1.5"><span className="pr-1.5 text-t3">$</span><span className="min-w-0 break-words">{line}</span></code>
      <button type="button" className={`control h-9 px-3 max-desk:h-11 ${primary ? 'control-primary' : ''}`} aria-label={`Copy ${line}`} onClick={() => void navigator.clipboard?.writeText(line).then(() => setCopied(true))}>
        <Copy size={14} strokeWidth={1.6} aria-hidden />
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
