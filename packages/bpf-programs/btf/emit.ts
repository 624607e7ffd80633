import type { Field, RecordLayout, StructLayout } from './records.ts'

/** Getters of scalars: their type, and their expression for a member `offset` bytes into its record. */
const SCALARS: Readonly<Record<string, (offset: number) => readonly [type: string, body: string]>> = {
  u8: (offset) => ['number', `this.view.getUint8(${place(offset)})`],
  i8: (offset) => ['number', `this.view.getInt8(${place(offset)})`],
  u16: (offset) => ['number', `this.view.getUint16(${place(offset)}, true)`],
  i16: (offset) => ['number', `this.view.getInt16(${place(offset)}, true)`],
  u32: (offset) => ['number', `this.view.getUint32(${place(offset)}, true)`],
  i32: (offset) => ['number', `this.view.getInt32(${place(offset)}, true)`],
  u64: (offset) => ['number', `this.view.getUint32(${place(offset)}, true) + this.view.getUint32(${place(offset + 4)}, true) * 0x1_0000_0000`],
  i64: (offset) => ['number', `this.view.getUint32(${place(offset)}, true) + this.view.getInt32(${place(offset + 4)}, true) * 0x1_0000_0000`],
  bool: (offset) => ['boolean', `this.view.getUint8(${place(offset)}) !== 0`],
}

function place(offset: number): string {
  return offset === 0 ? 'this.offset' : `this.offset + ${offset}`
}

export function camelCase(name: string): string {
  return name.replace(/^_+/, '').replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function pascalCase(name: string): string {
  const camel = camelCase(name)
  return camel.charAt(0).toUpperCase() + camel.slice(1)
}

/** The TypeScript that reads these records: what is committed as `records.generated.ts`. */
export function emitRecords(source: string, records: readonly RecordLayout[]): string {
  const sorted = [...records].sort((a, b) => (a.name < b.name ? -1 : 1))
  const nested = new Map<string, StructLayout>()
  for (const record of sorted) collectNested(record, nested)
  const classes = [...[...nested.values()].map((struct) => emitClass(struct, undefined)), ...sorted.map((record) => emitClass(record, record))]
  const body = classes.join('\n\n')
  const uses = body.includes('latin1Until') ? "import { latin1Until } from '../../btf/bytes.ts'\n\n" : ''
  const layouts = sorted.map((record) => `  ${record.name}: '${record.fingerprint}',`).join('\n')
  return `// Generated from ${source} by \`npm run build -w @sonde/bpf-programs\`; do not edit.
${uses}/*
 * One object of a class reads all records of its kind: \`at\` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (\`…At\`). Nothing is copied, and nothing is valid after the batch.
 */

${body}

/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {
${layouts}
} as const
`
}

function collectNested(struct: StructLayout, into: Map<string, StructLayout>): void {
  for (const field of struct.fields) {
    if (!field.struct || field.struct.name === 'record_header') continue
    collectNested(field.struct, into)
    into.set(field.struct.name, field.struct)
  }
}

function emitClass(struct: StructLayout, record: RecordLayout | undefined): string {
  const name = pascalCase(struct.name)
  const sizes = record && record.leastBytes < record.bytes ? `${record.leastBytes} to ${record.bytes}` : struct.bytes
  const nested = struct.fields.filter((field) => field.struct && field.struct.name !== 'record_header')
  const lines = [
    `/** \`struct ${struct.name}\`, ${sizes} bytes. */`,
    `export class ${name} {`,
    ...(record ? [`  static readonly leastBytes = ${record.leastBytes}`] : []),
    `  static readonly bytes = ${struct.bytes}`,
    '  view!: DataView',
    '  bytes!: Buffer',
    '  offset = 0',
    ...nested.map((field) => `  private readonly ${camelCase(field.name)}Reader = new ${pascalCase(field.struct!.name)}()`),
    '',
    '  /** Reads the one at `offset` from now on; `view` and `bytes` are over the same memory. */',
    '  at(view: DataView, bytes: Buffer, offset: number): this {',
    '    this.view = view',
    '    this.bytes = bytes',
    '    this.offset = offset',
    '    return this',
    '  }',
    ...struct.fields.flatMap((field) => emitField(field)),
    '}',
  ]
  return lines.join('\n')
}

function emitField(field: Field, base = 0): string[] {
  if (field.struct?.name === 'record_header') return field.struct.fields.flatMap((inner) => emitField(inner, base + field.offset))
  const offset = base + field.offset
  const at = place(offset)
  const name = camelCase(field.name)
  if (field.struct) {
    return getter(name, pascalCase(field.struct.name), `this.${name}Reader.at(this.view, this.bytes, ${at})`)
  }
  if (field.kind === 'text') return getter(name, 'string', `latin1Until(this.bytes, ${at}, ${field.bytes})`)
  if (field.kind === 'bytes') return getter(`${name}At`, 'number', at)
  const [type, body] = SCALARS[field.kind]!(offset)
  return getter(name, type, body)
}

function getter(name: string, type: string, body: string): string[] {
  return ['', `  get ${name}(): ${type} {`, `    return ${body}`, '  }']
}
