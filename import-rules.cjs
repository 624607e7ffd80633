// Which folder may import which: the one-way flow of ARCHITECTURE.md, as data. A folder may always import itself.
// '/*' marks a seam: its subfolders are kinds (one probe, one protocol, …) and may not import each other;
// the files directly in it are the seam's face, which every kind may import and which gather the kinds.
// `types:` means types only. scripts/checks/import-rules.test.ts proves that every pair not named here is refused.
const shared = 'packages/shared'
const collector = 'apps/collector/src'
const server = 'apps/web/server'
const web = 'apps/web'

const may = {
  [`${shared}/units`]: [],
  [`${shared}/semconv`]: [],
  [`${shared}/observation`]: [`${shared}/units`, `${shared}/semconv`],
  [`${shared}/signal`]: [`${shared}/units`, `${shared}/semconv`],
  [`${shared}/configuration`]: [],
  [`${shared}/wire`]: [`${shared}/signal`, `${shared}/units`],
  'packages/libbpf': [],
  'packages/libdw': [],
  'packages/bpf-programs/btf': [],
  'packages/bpf-programs/probes/*': [
    'packages/bpf-programs/[a-z-]+\\.ts', 'packages/bpf-programs/btf', `${shared}/observation`, `${shared}/semconv`, `${shared}/units`,
  ],
  [`${collector}/health`]: [`${shared}/units`, `${shared}/signal`],
  [`${collector}/kernel`]: [
    'packages/libbpf', 'packages/bpf-programs', `${shared}/observation`, `${shared}/signal`, `${shared}/units`, `${collector}/health`,
  ],
  [`${collector}/doctor`]: ['packages/bpf-programs', `${collector}/kernel`, `${collector}/health`],
  [`${collector}/resources/*`]: [`${shared}/observation`, `${shared}/semconv`, `${shared}/units`, `${collector}/health`],
  [`${collector}/protocols/*`]: [`${shared}/semconv`, `${shared}/units`],
  [`${collector}/model`]: [
    `${shared}/observation`, `${shared}/semconv`, `${shared}/units`, `${collector}/protocols`, `${collector}/resources`, `${collector}/health`,
  ],
  [`${collector}/symbols`]: ['packages/libdw', `${shared}/signal`, `${shared}/units`, `${collector}/health`],
  [`${collector}/streams`]: [
    `${collector}/model`, `${collector}/symbols`, `${shared}/signal`, `${shared}/semconv`, `${shared}/units`, `${collector}/health`, `types:${shared}/observation`,
  ],
  [`${collector}/metrics`]: [`${shared}/signal`, `${shared}/semconv`, `${shared}/units`, `${collector}/health`],
  [`${collector}/exporters/*`]: [`${shared}/signal`, `${shared}/wire`, `${shared}/semconv`, `${shared}/units`, `${collector}/metrics`, `${collector}/health`],
  prisma: [],
  [`${server}/health`]: [`${shared}/units`, `${shared}/signal`],
  [`${server}/store`]: [`${shared}/signal`, `${shared}/semconv`, `${shared}/units`, 'prisma', `${server}/health`],
  [`${server}/hub`]: [`${shared}/wire`, `${shared}/signal`, `${shared}/units`, `${server}/health`],
  [`${server}/ingest`]: [`${shared}/wire`, `${shared}/signal`, `${shared}/units`, `${server}/store`, `${server}/hub`, `${server}/health`],
  [`${server}/query`]: [`${shared}/signal`, `${shared}/semconv`, `${shared}/units`, `${server}/store`, `${server}/health`],
  [`${server}/api`]: [
    `${shared}/wire`, `${shared}/signal`, `${shared}/semconv`, `${shared}/units`, `${server}/query`, `${server}/hub`, `${server}/health`, `types:${server}/store`,
  ],
  [`${web}/ui`]: [`${shared}/units`],
  [`${web}/charts`]: [`${shared}/units`, `${shared}/signal`, `${web}/ui`],
  [`${web}/live`]: [`${shared}/wire`, `${shared}/units`, `types:${server}/api`],
  [`${web}/views/*`]: [
    `${web}/live`, `${web}/charts`, `${web}/ui`, `${shared}/signal`, `${shared}/semconv`, `${shared}/units`, `types:${server}/api`, `types:${server}/query`,
  ],
  [`${web}/app`]: [`${web}/views`, `${web}/ui`, `${web}/live`],
}

const ours = '^(apps|packages|prisma)/'
// A test may stand on the case tables, fakes and records of what its folder stands on: the rules are for the product.
const test = '(\\.(test|cases|bench)\\.tsx?|/test-[a-z-]+\\.ts)$'

function rulesOf([folder, allowed]) {
  const seam = folder.endsWith('/*')
  const root = seam ? folder.slice(0, -2) : folder
  const own = seam ? `^${root}/($1/|[^/]+\\.tsx?$)` : `^${root}/`
  const values = allowed.filter((entry) => !entry.startsWith('types:'))
  const types = allowed.filter((entry) => entry.startsWith('types:')).map((entry) => entry.slice('types:'.length))
  const within = (folders) => folders.map((entry) => `^${entry}(/|$)`)
  const from = { path: seam ? `^${root}/([^/]+)/` : `^${root}/`, pathNot: test }
  const name = root.replace(/^(apps|packages)\//, '').replaceAll('/', '-')
  const rules = [{ name, severity: 'error', from, to: { path: ours, pathNot: [own, ...within(values), ...within(types)] } }]
  if (types.length > 0) {
    rules.push({ name: `${name}-types-only`, severity: 'error', from, to: { path: within(types), dependencyTypesNot: ['type-only'] } })
  }
  if (seam) {
    const face = { path: `^${root}/[^/]+\\.tsx?$`, pathNot: test }
    rules.push({ name: `${name}-face`, severity: 'error', from: face, to: { path: ours, pathNot: [`^${root}/`, ...within(values), ...within(types)] } })
  }
  return rules
}

module.exports = {
  forbidden: [
    ...Object.entries(may).flatMap(rulesOf),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', from: { path: ours }, to: { couldNotResolve: true } },
    { name: 'other-app', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'packages-below-apps', severity: 'error', from: { path: '^(packages|prisma)/' }, to: { path: '^apps/' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|build|\\.output|\\.next|prisma/client)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'] },
  },
}
// For the proof; not enumerable, so that the tool does not take it for an option.
Object.defineProperty(module.exports, 'may', { value: may })
