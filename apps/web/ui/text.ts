/** Text from watched programs: any bytes may come, nothing they send may change the page around them. */

// C0, DEL and C1 controls; bidirectional marks, embeddings, overrides and isolates; invisible breaks; lone surrogates.
const DANGEROUS =
  // oxlint-disable-next-line no-control-regex -- finding them is its purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const NAMED: Readonly<Record<string, string>> = { '\u0000': '␀', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** Control and direction characters as visible escapes: `␀`, `\x1b`, `\u202e`. Every other character stays. */
export function visible(text: string): string {
  return text.replace(DANGEROUS, (character) => {
    const code = character.charCodeAt(0)
    return NAMED[character] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  })
}

/** At most `length` characters, `…` at the end of what was cut; never half a surrogate pair. */
export function bounded(text: string, length: number): string {
  if (text.length <= length) return text
  const end = text.charCodeAt(length - 2) >>> 10 === 0x36 ? length - 2 : length - 1
  return `${text.slice(0, end)}…`
}
