import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = new URL('../../deploy/grafana', import.meta.url).pathname

export interface Variable {
  readonly name: string
  readonly type: string
  /** `label_values(selector, label)`. */
  readonly definition?: string
}

export interface Panel {
  readonly title: string
  readonly type: string
  readonly datasource: { readonly uid: string }
  readonly targets: readonly { readonly expr: string; readonly refId: string }[]
}

export interface Dashboard {
  readonly file: string
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly Panel[]
}

export function dashboards(): Dashboard[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.json')).sort()
  return files.map((file) => ({ ...(JSON.parse(readFileSync(join(directory, file), 'utf8')) as Dashboard), file }))
}

/** Panels that show something; rows are headings. */
export function shown({ panels }: Dashboard): readonly Panel[] {
  return panels.filter(({ type }) => type !== 'row')
}

/** A panel's expression as Grafana would send it: all values of each variable chosen. */
export function expanded(expression: string): string {
  const text = expression.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '5m').replaceAll(/\$(service|instance)\b/g, '.+')
  if (text.includes('$')) throw new Error(`a variable nobody knows: ${expression}`)
  return text
}
