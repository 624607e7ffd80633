import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const OTELCOL = 'v0.161.0'
/** The collector's stable modules count differently. */
const OTELCOL_STABLE = 'v1.67.0'
const JAEGER = 'v1.76.0'

const BUILDER_CONFIG = (source: string) => `
dist: {name: otelcol-partners, output_path: ${source}, version: ${OTELCOL.slice(1)}}
receivers: [{gomod: go.opentelemetry.io/collector/receiver/otlpreceiver ${OTELCOL}}]
exporters:
  - gomod: go.opentelemetry.io/collector/exporter/otlpexporter ${OTELCOL}
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter ${OTELCOL}
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider ${OTELCOL_STABLE}
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider ${OTELCOL_STABLE}
`

export interface Partner {
  readonly name: 'otelcol' | 'jaeger'
  readonly version: string
  /** What it is put together from; another one is built anew. */
  readonly recipe?: string
  build(program: string, go: Go): Promise<void>
}

type Go = (folder: string, ...args: string[]) => Promise<string>

/** The collector is put together by its own builder from the components that are used here. */
const otelcol: Partner = {
  name: 'otelcol',
  version: OTELCOL,
  recipe: BUILDER_CONFIG('source'),
  async build(program, go) {
    const work = await mkdtemp(join(tmpdir(), 'sonde-partners-'))
    try {
      await go(work, 'install', `go.opentelemetry.io/collector/cmd/builder@${OTELCOL}`)
      await writeFile(join(work, 'builder.yaml'), BUILDER_CONFIG(join(work, 'source')))
      await run(join(work, 'builder'), ['--config', join(work, 'builder.yaml'), '--skip-compilation'], { env: goEnvironment(work) })
      await go(join(work, 'source'), 'build', '-trimpath', '-ldflags=-s -w', '-o', program, '.')
    } finally {
      await rm(work, { recursive: true })
    }
  },
}

/** Jaeger's go.mod has replacements, which hold only inside its own folder of the module cache. */
const jaeger: Partner = {
  name: 'jaeger',
  version: JAEGER,
  async build(program, go) {
    const { Dir } = JSON.parse(await go('/', 'mod', 'download', '-json', `github.com/jaegertracing/jaeger@${JAEGER}`)) as { Dir: string }
    await go(Dir, 'build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', program, './cmd/jaeger')
  },
}

export const PARTNERS = [otelcol, jaeger]

const goEnvironment = (bin: string) => ({ ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOBIN: bin, GOFLAGS: '-buildvcs=false' })

/** The collector's go.mod asks for it; an older Go than 1.21 can't fetch a newer one by itself. */
const GO = 'Go 1.25 or newer'

async function checkGo(): Promise<void> {
  const version = await run('go', ['env', 'GOVERSION']).then(({ stdout }) => stdout, () => '')
  const [, minor] = /^go1\.(\d+)/.exec(version) ?? []
  if (minor === undefined || Number(minor) < 21) throw new Error(`partners: ${GO} is needed to build them, and ${version.trim() || 'none'} is on the PATH; install it from https://go.dev/dl or your distribution's backports`)
}

/** Builds what isn't in `cache` at its version; minutes the first time, nothing later. Returns the programs' paths. */
export async function installPartners(cache: string, say: (line: string) => void): Promise<Record<Partner['name'], string>> {
  const bin = join(cache, 'bin')
  await mkdir(bin, { recursive: true })
  const programs = { otelcol: join(bin, 'otelcol'), jaeger: join(bin, 'jaeger') }
  for (const partner of PARTNERS) {
    const program = programs[partner.name]
    const stamp = join(cache, `${partner.name}.version`)
    const installed = await readFile(stamp, 'utf8').catch(() => '') // none yet
    const wanted = `${partner.version}${partner.recipe ?? ''}`
    if (installed === wanted) continue
    await checkGo()
    say(`building ${partner.name} ${partner.version}: minutes, this once`)
    const go: Go = async (folder, ...args) => (await run('nice', ['go', ...args], { cwd: folder, env: goEnvironment(folder), maxBuffer: 64 << 20 })).stdout
    await partner.build(program, go)
    await chmod(program, 0o755)
    await writeFile(stamp, wanted)
  }
  return programs
}
