import { turnCases } from './exchange.cases.ts'
import { exchange } from './exchange.ts'

turnCases('turns seen at sockets', exchange)
turnCases('turns seen from system calls', { ...exchange, ...exchange.fallback })
