import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type YAMLMap } from 'yaml'
import { refuse } from './errors.ts'
import type { GivenValue } from './origin.ts'

/** What a configuration file sets, each value with its line. Throws `ConfigError` for what is no YAML, or no settings. */
export function readFileValues(file: string, text: string): GivenValue[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) refuse(`${file}:${lines.linePos(error.pos[0]).line}: not YAML: ${error.message.split('\n')[0]}`, 'correct the file')
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null)) return []
  if (!isMap(contents)) return refuse(`${file} holds no settings`, 'write keys and values, such as `dataDir: /var/lib/sonde`')
  return [...valuesOf(contents, { file, document, lines, path: [] })]
}

interface Place {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
  readonly path: readonly string[]
}

/** Maps are gone into; lists, and what an alias stands for, are values as a whole. */
function* valuesOf(map: YAMLMap, place: Place): Generator<GivenValue> {
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : String(key)
    const path = [...place.path, name]
    const line = place.lines.linePos((key as Node).range?.[0] ?? 0).line
    // Nothing behind the colon: an empty section, or a setting left as it is.
    if (isMap(value) && value.items.length > 0) yield* valuesOf(value, { ...place, path })
    else yield { path, value: plain(value, place.document), origin: { kind: 'file', file: place.file, line } }
  }
}

function plain(value: unknown, document: Document): unknown {
  if (isAlias(value)) return value.toJS(document) as unknown
  return (value as Node | null)?.toJS(document) ?? undefined
}
