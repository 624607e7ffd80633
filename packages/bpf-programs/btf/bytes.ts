/** A char array as text: latin1, up to the first NUL. */
export function latin1Until(bytes: Buffer, at: number, length: number): string {
  let end = at
  while (end < at + length && bytes[end] !== 0) end++
  return bytes.latin1Slice(at, end)
}
