/**
 * `bucketOf` of shared/signal/log-linear.ts as SQL over an expression of whole nanoseconds. Integer but for `log2`, whose
 * floor is right for the 31 bits it gets; the property test compares all three.
 */
export function bucketSql(ns: string): string {
  const steps = `(${ns} // 64)`
  const exponent = `floor(log2(${steps}))::BIGINT`
  return `(CASE WHEN ${ns} < 0 THEN 0 WHEN ${steps} < 16 THEN ${steps} WHEN ${steps} > 2147483647 THEN 447
    ELSE (${exponent} - 3) * 16 + ((${steps} >> (${exponent} - 4)) & 15) END)::INTEGER`
}
