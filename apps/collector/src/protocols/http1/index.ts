export { http1 } from './http1.ts'
