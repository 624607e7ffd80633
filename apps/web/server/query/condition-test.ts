import type { TableBatch } from '@sonde/shared/signal'
import { parseHexId, SEARCHED, type Condition } from '../store/condition.ts'

type RowTest = (row: number) => boolean

/**
 * A condition as a test of a batch's rows. Texts are looked at once each, in the batch's dictionary, so a row costs an
 * array access; it selects what `store/duckdb/condition-sql.ts` selects.
 */
export function rowTest(condition: Condition, batch: TableBatch, host: string): RowTest {
  switch (condition.kind) {
    case 'text': return textTest(batch, host, condition.column, (text) => condition.values.includes(text))
    case 'prefix': return textTest(batch, host, condition.column, (text) => text.startsWith(condition.prefix))
    case 'number': {
      const wanted = condition.values.map(BigInt)
      return numberTest(batch, condition.column, (value) => wanted.includes(BigInt(value)))
    }
    case 'between': {
      const { min = -Infinity, max = Infinity } = condition
      return numberTest(batch, condition.column, (value) => value >= min && value <= max)
    }
    case 'bits': return numberTest(batch, condition.column, (value) => (Number(value) & condition.mask) === condition.mask)
    case 'search': return searchTest(condition.text, batch, host)
    case 'any': return anyOf(condition.of.map((part) => rowTest(part, batch, host)))
    case 'all': {
      const tests = condition.of.map((part) => rowTest(part, batch, host))
      return (row) => tests.every((test) => test(row))
    }
    case 'not': {
      const test = rowTest(condition.of, batch, host)
      return (row) => !test(row)
    }
  }
}

const anyOf = (tests: readonly RowTest[]): RowTest => (row) => tests.some((test) => test(row))

function textTest(batch: TableBatch, host: string, column: string, test: (text: string) => boolean): RowTest {
  if (column === 'host') {
    const all = test(host)
    return () => all
  }
  const ids = batch.columns[column] as Uint32Array
  const known = new Int8Array(batch.strings.length) // 0 not looked at, 1 yes, −1 no
  return (row) => {
    const id = ids[row]!
    if (known[id] === 0) known[id] = test(batch.strings[id]!) ? 1 : -1
    return known[id] === 1
  }
}

function numberTest(batch: TableBatch, column: string, test: (value: number | bigint) => boolean): RowTest {
  const values = batch.columns[column]!
  return (row) => test(values[row]!)
}

function searchTest(text: string, batch: TableBatch, host: string): RowTest {
  const wanted = text.toLowerCase()
  const tests = SEARCHED.map((column) => textTest(batch, host, column, (value) => value.toLowerCase().includes(wanted)))
  const id = parseHexId(text)
  if (id?.high === undefined && id) tests.push(numberTest(batch, 'id', (value) => value === id.low))
  else if (id) {
    const high = numberTest(batch, 'traceIdHigh', (value) => value === id.high)
    const low = numberTest(batch, 'traceIdLow', (value) => value === id.low)
    tests.push((row) => high(row) && low(row))
  }
  return anyOf(tests)
}
