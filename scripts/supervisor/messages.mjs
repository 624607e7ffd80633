/**
 * What a child says on standard output, one JSON object a line.
 * @typedef {{ type: 'ready' }} Ready
 * @typedef {{ type: 'problem', what: string, detail?: string, fix?: string }} ProblemMessage
 * @typedef {{ type: 'text', text: string }} Text
 */

/**
 * Reads a line; anything that is not a message of ours is text.
 * @param {string} line
 * @returns {Ready | ProblemMessage | Text}
 */
export function readMessage(line) {
  if (line.startsWith('{')) {
    try {
      const message = JSON.parse(line)
      if (message.type === 'ready') return { type: 'ready' }
      if (message.type === 'problem' && typeof message.what === 'string') return { type: 'problem', what: message.what, detail: text(message.detail), fix: text(message.fix) }
    } catch (_) {
      // not JSON: text
    }
  }
  return { type: 'text', text: line }
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * A problem in one sentence and its fix.
 * @param {ProblemMessage} problem
 */
export function problemSentence(problem) {
  const said = problem.detail === undefined || problem.what.includes(problem.detail) ? problem.what : `${withoutStop(problem.what)}: ${problem.detail}`
  return printable(`${withoutStop(said)}.${problem.fix ? `\n  What to do: ${problem.fix}` : ''}`)
}

/** @param {string} sentence */
function withoutStop(sentence) {
  return sentence.replace(/[.\s]+$/, '')
}

/**
 * Text that cannot move a terminal's cursor or colour its screen, whatever a watched program is called.
 * @param {string} line
 */
export function printable(line) {
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes out
  return line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}

/**
 * @typedef {{ name: string, sees?: string, state: string, reason?: string | null, losesWhenOff?: string }} Probe
 */

/**
 * What is watched, what is not, and why, from `/api/v1/probes`.
 * @param {readonly Probe[]} probes
 */
export function watchedLines(probes) {
  return probes.map((probe) => printable(probeLine(probe)))
}

/** @param {Probe} probe */
function probeLine(probe) {
  if (probe.state === 'attached') return `  watching      ${probe.name}${probe.sees ? `: ${probe.sees}` : ''}`
  const reason = probe.reason || (probe.state === 'off' ? 'switched off' : probe.state)
  if (probe.state === 'partial') return `  partly        ${probe.name}: ${reason}`
  return `  not watching  ${probe.name}: ${withoutStop(reason)}${probe.losesWhenOff ? `; without it: ${probe.losesWhenOff}` : ''}`
}
