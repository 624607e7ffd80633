/** A Linux that probes are tried on. */
export interface Kernel {
  readonly version: string
  /** Names of Debian's packages of it; the newest is taken. */
  readonly packages: RegExp
  /** Kept up by kernel.org for years, and so by Debian: not to find one is a failure. Others come and go, and are only reported. */
  readonly longTerm: boolean
}

export const kernels: readonly Kernel[] = [
  { version: '5.10', packages: /^linux-image-5\.10\.0-\d+-cloud-amd64$/, longTerm: true },
  { version: '6.1', packages: /^linux-image-6\.1\.0-\d+-cloud-amd64$/, longTerm: true },
  { version: '6.12', packages: /^linux-image-6\.12\.\d+\+deb12-cloud-amd64$/, longTerm: true },
  { version: '6.18', packages: /^linux-image-6\.18\.\d+\+deb13-cloud-amd64$/, longTerm: true },
  { version: '7.3', packages: /^linux-image-7\.3\.\d+\+deb13-cloud-amd64$/, longTerm: false },
]

/** Debian's suites that hold them. */
export const suites: readonly (readonly [archive: 'debian' | 'debian-security', suite: string])[] = [
  ['debian-security', 'bullseye-security'],
  ['debian-security', 'bookworm-security'],
  ['debian', 'trixie-backports'],
]
