import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesOf } from './files.mjs'

const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g
/** Paths in code spans that name a file of ours: `apps/collector/src/main.ts`. */
const NAMED_FILE = /`((?:apps|packages|prisma|scripts|e2e|bench|docs|types)\/[\w./@-]+\.[a-z]+)`/g
const ARCHITECTURE_LINES = 200

/**
 * Whether documents point at what is there, and every decision is listed.
 * @param {string} root
 */
export function checkDocuments(root) {
  const documents = filesOf(root, (path) => path.endsWith('.md') && !path.endsWith('NOTE-FROM-LEAD.md'))
  const wrong = documents.flatMap((path) => deadLinks(root, path))
  const decisions = filesOf(root, (path) => /^docs\/decisions\/\d{4}-/.test(path))
  const listed = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8')
  for (const path of decisions) if (!listed.includes(`(${path.split('/').at(-1)})`)) wrong.push(`docs/decisions/README.md does not list ${path}`)
  const numbers = decisions.map((path) => path.slice('docs/decisions/'.length).slice(0, 4))
  if (new Set(numbers).size < numbers.length) wrong.push('docs/decisions: two have one number')
  const lines = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n').length
  if (lines > ARCHITECTURE_LINES) wrong.push(`ARCHITECTURE.md has ${lines} lines; at most ${ARCHITECTURE_LINES}`)
  return { ok: wrong.length === 0, output: wrong.join('\n') }
}

/**
 * @param {string} root
 * @param {string} document
 */
function deadLinks(root, document) {
  const text = readFileSync(join(root, document), 'utf8')
  const links = [...text.matchAll(LINK)].map(([, target]) => join(root, dirname(document), target ?? ''))
  const files = [...text.matchAll(NAMED_FILE)].map(([, target]) => join(root, target ?? ''))
  return [...links, ...files].filter((path) => !existsSync(path)).map((path) => `${document} names ${path.slice(root.length + 1)}, which is not there`)
}
