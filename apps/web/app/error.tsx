'use client'

/** A view that failed: a bug of Sonde's. The frame stays, so that other pages can be reached. */
export default function PageError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <div role="alert" className="flex flex-1 flex-col items-center justify-center gap-2 text-sm">
      <p className="text-bad">This page failed: {error.message.slice(0, 200)}</p>
      <button type="button" onClick={reset} className="rounded-1 text-accent hover:underline">Draw it again</button>
    </div>
  )
}
