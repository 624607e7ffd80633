import { dirname, join } from 'node:path'
import { nodeOf, toolEnvironment } from '../set-up/build.mjs'
import { run } from '../set-up/run.mjs'
import { checkDocuments } from './documents.mjs'
import { filesOf } from './files.mjs'
import { checkImports } from './import-rules.mjs'

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {() => Promise<{ ok: boolean, output: string }>} run
 */

/** What is made from something else and committed, and what makes it. */
const GENERATED = {
  'generated files': 'packages/bpf-programs/btf/build.ts',
  'references': 'packages/shared/configuration/build.ts',
  'costs': 'bench/cost-page.ts',
}

/**
 * What can be told without running the product.
 * @param {string} root
 * @returns {readonly Check[]}
 */
export function staticChecks(root) {
  return [
    ...Object.entries(GENERATED).map(([what, builder]) => ({ name: `${what} are current`, run: () => succeeds(root, nodeOf(root), [builder, '--check']) })),
    ...projectsOf(root).map((project) => ({ name: `types of ${project}`, run: () => succeeds(root, join(root, 'node_modules/.bin/tsc'), ['--project', project, '--noEmit']) })),
    { name: 'lint', run: () => succeeds(root, join(root, 'node_modules/.bin/oxlint'), ['--deny-warnings']) },
    { name: 'import-rules', run: () => checkImports(root) },
    { name: 'names of files and folders', run: async () => names(root) },
    { name: 'documents', run: async () => checkDocuments(root) },
  ]
}

/** Every folder with a tsconfig.json: one for each environment (Node, the browser, …). @param {string} root */
function projectsOf(root) {
  return filesOf(root, (path) => path.endsWith('/tsconfig.json')).map((path) => dirname(path)).filter((project) => filesOf(join(root, project), (path) => /\.(ts|tsx|mjs)$/.test(path)).length > 0)
}

/**
 * @param {string} root
 * @param {string} program
 * @param {readonly string[]} args
 */
async function succeeds(root, program, args) {
  const { code, output } = await run(program, args, { cwd: root, env: toolEnvironment(root) })
  return { ok: code === 0, output }
}

const SAYS_NOTHING = /(^|\/)(utils?|common|helpers?|core|lib|managers?)(\/|\.[a-z.]+$)/
// `services` is a resource of the API and a page, but no place to put things.
const SERVICES_FOLDER = /^(?!apps\/web\/(app|views)\/).*\/services\//
const OUR_SOURCES = /\.(ts|tsx|mjs|cjs|c|h|cc)$/
// C files are named for their probe (snake_case); Next gives some of its files their names.
const NAME = /^(\[?\.{0,3}[a-z0-9]+([-_.][a-z0-9]+)*\]?)\.(ts|tsx|mjs|cjs|c|h|cc)$/

/** @param {string} root */
function names(root) {
  const sources = filesOf(root, (path) => OUR_SOURCES.test(path))
  const wrong = sources.filter((path) => SAYS_NOTHING.test(path) || SERVICES_FOLDER.test(path) || !NAME.test(path.split('/').at(-1) ?? ''))
  return { ok: wrong.length === 0, output: wrong.map((path) => `${path}: name it for what it holds, in kebab-case`).join('\n') }
}
