// node print-config.ts [--print] [--json] [OPTIONS]: what the configuration comes to, and where each value is from; status 1 if it isn't understood.
import { probes } from '@sonde/bpf-programs'
import { printedSettings, settingLines, type PrintedSetting } from '@sonde/shared/configuration'
import { ConfigError, readConfig } from './config.ts'

const SWITCHES = ['--print', '--json']

function main(given: readonly string[]): number {
  const asJson = given.includes('--json')
  try {
    const configuration = readConfig({ args: given.filter((argument) => !SWITCHES.includes(argument)), environment: process.env, workingDirectory: process.cwd() })
    const settings = withProbes(printedSettings(configuration))
    if (asJson) console.log(JSON.stringify({ config: configuration.config, settings }, null, 2))
    else console.log(given.includes('--print') ? settingLines(settings).join('\n') : 'The configuration is understood; `npm run config -- --print` shows it.')
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (asJson) console.log(JSON.stringify({ mistakes: error.mistakes }, null, 2))
    else console.error(error.mistakes.map(({ what, fix }) => `${what}\n  What to do: ${fix}`).join('\n'))
    return 1
  }
}

/** Each probe says for itself whether it is on by default. */
function withProbes(settings: readonly PrintedSetting[]): PrintedSetting[] {
  const switches = probes.map(({ name, enabledByDefault }) => {
    const path = `probes.${name}.enabled`
    return settings.find((one) => one.path === path) ?? { path, value: enabledByDefault ?? true, from: 'default' }
  })
  return [...settings.filter(({ path }) => !/^probes\..*\.enabled$/.test(path)), ...switches].sort((a, b) => Number(b.path === 'dataDir') - Number(a.path === 'dataDir') || (a.path < b.path ? -1 : 1))
}

process.exitCode = main(process.argv.slice(2))
