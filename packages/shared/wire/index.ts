export * from './frame.ts'
export * from './session.ts'
