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
      if (value === undefined || value === '') throw new Problem(`${name} needs a value.`, 'see --help')
      options.set(name, value)
    } else if (command.passesRest) rest.push(argument)
    else throw new Problem(`Unknown argument ${argument}.`, 'see --help')
  }
  return { switches, options, rest }
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
