import { EMPTY_LABEL, Label } from '../protocol.ts'
import { Recent } from '../recent.ts'

export const MAX_TARGET = 1_024

/** A request target (RFC 9112 §3.2) as rows show it. */
export interface Target {
  readonly target: Label
  readonly path: Label
  /** Authority of the absolute and authority forms, which goes before the Host field; '' otherwise. */
  readonly authority: string
  readonly scheme: string
}

const known = new Recent<Target>(8_192)

/** The target that `text` is: origin, absolute, authority (CONNECT) or asterisk form. */
export function targetOf(text: string, isConnect: boolean): Target {
  const key = text.length > MAX_TARGET ? text.slice(0, MAX_TARGET) : text
  if (isConnect) return { target: new Label(own(key)), path: EMPTY_LABEL, authority: own(key), scheme: 'http' }
  const target = known.get(key)
  if (target) return target
  const made = readTarget(own(key))
  known.set(made.target.text, made)
  return made
}

function readTarget(text: string): Target {
  const target = new Label(text)
  const authorityAt = absoluteForm(text)
  if (authorityAt === 0) return { target, path: pathOf(target, 0), authority: '', scheme: 'http' }
  let at = authorityAt
  while (at < text.length && !'/?#'.includes(text[at]!)) at++
  const authority = text.slice(authorityAt, at)
  const scheme = text.slice(0, authorityAt - 3).toLowerCase()
  const path = at < text.length && text[at] === '/' ? pathOf(target, at) : new Label('/')
  return { target, path, authority: authority.slice(authority.lastIndexOf('@') + 1), scheme }
}

/** Where the authority begins in `http://…` or `https://…`; 0 if the target isn't of that form. */
function absoluteForm(text: string): number {
  const match = /^https?:\/\//i.exec(text)
  return match ? match[0].length : 0
}

/** What stands before the query, from `at` on. One label if that is all of the target. */
function pathOf(target: Label, at: number): Label {
  const { text } = target
  let end = at
  while (end < text.length && text[end] !== '?' && text[end] !== '#') end++
  return at === 0 && end === text.length ? target : new Label(own(text.slice(at, end)))
}

/** A copy: a slice would keep alive the whole head it was cut from. */
export function own(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
