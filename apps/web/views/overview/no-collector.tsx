import { CommandLine } from './command-line.tsx'

const LINES = [
  ['What does this machine let be watched?', 'npm run doctor', 'Each probe, tried here: what is missing, what that costs, and how to get it.'],
  ['Start all of it', 'npm start', 'The collector comes together with this page. What it says as it ends, where this was started, is the reason why it isn’t here.'],
  ['Or look around first', 'npm run demo', 'A recorded host, played again and again: nothing is watched, and nothing needs privileges.'],
] as const

/** Nothing can be shown before a collector comes: what to do if it doesn’t. */
export function NoCollector() {
  return (
    <ol aria-label="What to do">
      {LINES.map(([title, line, says], i) => (
        <li key={line} className="border-b border-line px-4 pt-5 pb-4">
          <h3 className="pb-2 text-base font-medium">{title}</h3>
          <div className="max-w-3xl"><CommandLine line={line} primary={i === 0} /></div>
          <p className="pt-2.5 text-sm text-t3">{says}</p>
        </li>
      ))}
    </ol>
  )
}
