/** Cached texts; when there are this many, all are forgotten and made anew as they are asked for. */
const MOST_CACHED = 16_384
const ipv4Texts = new Map<number, string>()
const ipv6Texts = new Map<string, string>()

/** The text of the 16-byte address at `at`: IPv4-mapped as IPv4 (`127.0.0.1`), else as RFC 5952 wants it (`2001:db8::1`). */
export function addressText(bytes: Buffer, at: number): string {
  return isMapped(bytes, at) ? ipv4Text(bytes, at + 12) : ipv6Text(bytes, at)
}

function isMapped(bytes: Buffer, at: number): boolean {
  for (let index = at; index < at + 10; index++) if (bytes[index] !== 0) return false
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff
}

function ipv4Text(bytes: Buffer, at: number): string {
  const address = bytes.readUInt32BE(at)
  let text = ipv4Texts.get(address)
  if (text === undefined) {
    text = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
    if (ipv4Texts.size >= MOST_CACHED) ipv4Texts.clear()
    ipv4Texts.set(address, text)
  }
  return text
}

function ipv6Text(bytes: Buffer, at: number): string {
  const key = bytes.latin1Slice(at, at + 16)
  let text = ipv6Texts.get(key)
  if (text === undefined) {
    text = formatIpv6(bytes, at)
    if (ipv6Texts.size >= MOST_CACHED) ipv6Texts.clear()
    ipv6Texts.set(key, text)
  }
  return text
}

/** RFC 5952 section 4: no leading zeroes, lower case, `::` for the first of the longest runs of two or more zero groups. */
function formatIpv6(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(at + group * 2))
  let longest = { from: 0, length: 1 }
  for (let from = 0; from < 8; from++) {
    let length = 0
    while (from + length < 8 && groups[from + length] === 0) length++
    if (length > longest.length) longest = { from, length }
  }
  const text = groups.map((group) => group.toString(16))
  if (longest.length === 1) return text.join(':')
  return `${text.slice(0, longest.from).join(':')}::${text.slice(longest.from + longest.length).join(':')}`
}
