import Link from 'next/link'

export default function NotFound() {
  return (
    <div className="flex flex-1 items-center justify-center gap-2 text-sm text-t2">
      There is no page here.
      <Link href="/" className="text-accent hover:underline">Overview</Link>
    </div>
  )
}
