import type { Files } from './detector.ts'

const LIMIT = 1 << 20

/** Names of users by /etc/passwd, read again when a number isn't in it, at most once a minute. */
export class Users {
  private names = new Map<number, string>()
  private readAt = -Infinity
  private readonly files: Files

  constructor(files: Files) {
    this.files = files
  }

  /** The user's name, or the number in digits. `now` in nanoseconds. */
  name(uid: number, now: number): string {
    const known = this.names.get(uid)
    if (known !== undefined) return known
    if (now - this.readAt >= 60e9) {
      this.readAt = now
      this.names = parsePasswd(this.files.read('/etc/passwd', LIMIT)?.toString('utf8') ?? '')
    }
    return this.names.get(uid) ?? String(uid)
  }
}

/** passwd(5): `name:password:uid:…`; of two names for one number the first. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':')
    if (name && uid && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name)
  }
  return names
}
