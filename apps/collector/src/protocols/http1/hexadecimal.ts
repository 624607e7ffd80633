/** Value of a hexadecimal digit's code in either case, −1 if it is none. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}

/** `digits` (at most 8) lower-case hexadecimal digits as a number, −1 if any is none. */
export function lowerHex(bytes: Buffer, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const code = bytes[i]!
    if (code >= 48 && code <= 57) value = (value << 4) | (code - 48)
    else if (code >= 97 && code <= 102) value = (value << 4) | (code - 87)
    else return -1
  }
  return value >>> 0
}
