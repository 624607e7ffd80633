/**
 * What a child says on standard output, one JSON object a line.
 * @typedef {{ probe: string, reason: string, loses: string }} NotWatched
 * @typedef {{ type: 'ready', watched: string[], partly: NotWatched[], refused: NotWatched[], off: NotWatched[] }} Ready
 * @typedef {{ type: 'problem', what: string, detail?: string, fix?: string }} ProblemMessage
 * @typedef {{ type: 'notice', text: string }} Notice such as what the last run lost
 * @typedef {{ type: 'recorded', file: string, bytes: number, records: number, observations: number, dropped: number, error?: string }} Recorded
 * @typedef {{ type: 'text', text: string }} Text anything else
 */

/**
 * Reads a line; anything that is not a message of ours is text.
 * @param {string} line
 * @returns {Ready | ProblemMessage | Notice | Recorded | Text}
 */
export function readMessage(line) {
  if (line.startsWith('{')) {
    try {
      const message = JSON.parse(line)
      // Of a bug: its stack, a line each.
      if (message.type === 'error' && typeof message.detail === 'string') return { type: 'text', text: message.detail }
      if (message.type === 'ready') return { type: 'ready', watched: message.watched ?? [], partly: message.partly ?? [], refused: message.refused ?? [], off: message.off ?? [] }
      if (message.type === 'recorded' && typeof message.records === 'number') return message
      if ((message.type === 'recovered' || message.type === 'notice') && typeof message.detail === 'string') return { type: 'notice', text: message.detail }
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
 * What is watched, what is not, and why.
 * @param {Ready} ready as the collector said it
 */
export function watchedLines({ watched, partly, refused, off }) {
  const lines = watched.length > 0 ? [`  watching      ${watched.join(', ')}`] : []
  for (const { probe, reason } of partly) lines.push(`  in part       ${probe}: ${withoutStop(reason)}.`)
  for (const { probe, reason, loses } of refused) lines.push(`  not watching  ${probe}: ${withoutStop(reason)}.${loses ? ` Without it: ${loses}` : ''}`)
  for (const { probe, loses } of off) lines.push(`  switched off  ${probe}; the Collector page or --probe-on ${probe} switches it on.${loses ? ` Without it: ${loses}` : ''}`)
  return lines.map(printable)
}
