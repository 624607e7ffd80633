import { ByteCache, latin1 } from '../bytes.ts'
import { EMPTY_LABEL, Label } from '../protocol.ts'

export const MAX_TARGET = 1_024

/** A request target (RFC 9112 §3.2) as rows show it. */
export interface Target {
  readonly target: Label
  readonly path: Label
  /** Authority of the absolute and authority forms, which goes before the Host field; '' otherwise. */
  readonly authority: string
  readonly scheme: string
}

const targets = new ByteCache(8_192, (bytes, at, end) => readTarget(latin1(bytes, at, end)))
const tunnels = new ByteCache(512, (bytes, at, end) => readAuthority(latin1(bytes, at, end)))
const paths = new ByteCache(8_192, (bytes, at, end) => new Label(latin1(bytes, at, end)))

/** The target in [at, end), in origin, absolute, authority (CONNECT) or asterisk form; its first MAX_TARGET bytes count. */
export function targetOf(bytes: Buffer, at: number, end: number, isConnect: boolean): Target {
  return (isConnect ? tunnels : targets).of(bytes, at, Math.min(end, at + MAX_TARGET))
}

function readAuthority(text: string): Target {
  return { target: new Label(text), path: EMPTY_LABEL, authority: text, scheme: 'http' }
}

function readTarget(text: string): Target {
  const authorityAt = /^https?:\/\//i.exec(text)?.[0].length ?? 0
  if (authorityAt === 0) {
    const path = pathOf(text, 0)
    return { target: path.text === text ? path : new Label(text), path, authority: '', scheme: 'http' }
  }
  const authorityEnd = authorityAt + text.slice(authorityAt).search(/[/?#]|$/)
  const authority = text.slice(authorityAt, authorityEnd)
  return {
    target: new Label(text),
    path: text[authorityEnd] === '/' ? pathOf(text, authorityEnd) : labelOfPath('/'),
    authority: authority.slice(authority.lastIndexOf('@') + 1),
    scheme: text.slice(0, authorityAt - 3).toLowerCase(),
  }
}

/** What stands from `at` to the query. */
function pathOf(text: string, at: number): Label {
  const query = text.slice(at).search(/[?#]/)
  return labelOfPath(query < 0 ? text.slice(at) : text.slice(at, at + query))
}

/** One label a path, whatever queries come with it, so that what is derived from it is derived once. */
function labelOfPath(path: string): Label {
  const bytes = Buffer.from(path, 'latin1')
  return paths.of(bytes, 0, bytes.length)
}
