export * from './table.ts'
export * from './tables.ts'
export * from './health.ts'
export * from './log-linear.ts'
