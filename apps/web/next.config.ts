import type { NextConfig } from 'next'
import { fileURLToPath } from 'node:url'

const config: NextConfig = {
  transpilePackages: ['@sonde/shared'],
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
  // Types are checked by `npm run types`, for every workspace at once.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
}
export default config
