import { basename } from 'node:path'
import { Problem } from './problem.mjs'

/**
 * What a command takes. `switches` stand alone; `options` take a value (`--port 1` or `--port=1`).
 * @typedef {object} Command
 * @property {string} help printed for `--help`
 * @property {readonly string[]} switches
 * @property {readonly string[]} options
 * @property {boolean} [passesRest] whether unknown arguments belong to somebody else
 *
 * @typedef {object} Arguments
 * @property {ReadonlySet<string>} switches
 * @property {ReadonlyMap<string, string>} options
 * @property {readonly string[]} rest
 */

/**
 * Reads a command line; with `--help` it prints the help and ends the process.
 * @param {readonly string[]} given
 * @param {Command} command
 * @returns {Arguments}
 */
export function readArguments(given, command) {
  if (given.includes('--help') || given.includes('-h')) {
    console.log(command.help.trim())
    process.exit(0)
  }
  refuseTakenByNpm(given, [...command.switches, ...command.options])
  /** @type {Set<string>} */
  const switches = new Set()
  /** @type {Map<string, string>} */
  const options = new Map()
  /** @type {string[]} */
  const rest = []
  for (let at = 0; at < given.length; at++) {
    const argument = given[at] ?? ''
    const [name = '', inline] = splitOnce(argument)
    if (command.switches.includes(name) && inline === undefined) switches.add(name)
    else if (command.options.includes(name)) {
      const value = inline ?? given[++at]
      if (value === undefined || value === '') throw new Problem(`${name} needs a value.`, `${commandLine('--help')} says which`)
      options.set(name, value)
    } else if (command.passesRest) rest.push(argument)
    else throw new Problem(`Unknown argument ${argument}.`, `${commandLine('--help')} names what there is`)
  }
  return { switches, options, rest }
}

/**
 * How somebody types this command: npm takes what does not stand behind `--` for itself.
 * @param {string} rest
 */
export function commandLine(rest) {
  const name = basename(process.argv[1] ?? '', '.mjs')
  return `npm ${name === 'start' || name === 'test' ? name : `run ${name}`} -- ${rest}`
}

/**
 * `npm start --port 8080` would start at another port and say nothing of it: npm keeps the option, in a variable.
 * @param {readonly string[]} given
 * @param {readonly string[]} names of our options and switches
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function refuseTakenByNpm(given, names, environment = process.env) {
  if (environment.npm_lifecycle_event !== basename(process.argv[1] ?? '', '.mjs')) return
  const taken = names.flatMap((name) => {
    const value = environment[`npm_config_${name.replace(/^--(no-)?/, '').replaceAll('-', '_')}`]
    if (given.some((argument) => splitOnce(argument)[0] === name)) return []
    if (name.startsWith('--no-')) return value === '' ? [name] : []
    // The value of `--port 8080` is an argument without a name by now; that of `--port=8080` is here.
    if (!value) return []
    return value === 'true' ? [name] : [`${name}=${value}`]
  })
  if (taken.length > 0) throw new Problem(`npm took ${taken.join(' and ')} for itself, for no \`--\` stands before it.`, `type ${commandLine([...taken, ...given].join(' '))}`)
}

/** @param {string} argument */
function splitOnce(argument) {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1
  return equals < 0 ? [argument] : [argument.slice(0, equals), argument.slice(equals + 1)]
}

/**
 * A TCP port from `--port`.
 * @param {Arguments} args
 * @param {number} preset
 */
export function portOf(args, preset) {
  const text = args.options.get('--port')
  if (text === undefined) return preset
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Problem(`--port ${text} is not a port.`, 'give a number from 1 to 65535')
  return port
}

/**
 * The file that a command is about: what stands first among what is no option of its own.
 * @param {Arguments} args
 * @param {string} usage
 */
export function fileOf({ rest }, usage) {
  const [file, ...others] = rest
  if (file === undefined || file.startsWith('-')) throw new Problem('No file is named.', `name it first: ${usage}`)
  return { file, rest: others }
}
