import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import './globals.css'
import { Shell } from './shell/shell.tsx'

export const metadata: Metadata = { title: { default: 'Sonde', template: '%s · Sonde' }, description: 'Where every request’s time went.' }
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'dark light' }
/** Pages read their selection from the URL, so each is drawn for its request. */
export const dynamic = 'force-dynamic'

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    // The theme is set before React looks: theme.js.
    <html lang="en" data-theme="dark" suppressHydrationWarning>
      <head>
        <script src="/theme.js" />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  )
}
