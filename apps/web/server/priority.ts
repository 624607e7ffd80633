import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A third of the processor time of what competes with it (sched(7)): enough for pages, little enough for those watched. */
const NICE = 5

/**
 * Lets the programs that are watched go first where the processor is short: storing can wait, for the collector holds in
 * memory and then on disk what isn't stored yet. For every thread there is now, and so for those they start. Where sessions
 * are scheduled as groups (sched(7), autogroup), a process's own niceness counts within its session only.
 */
export function giveWay(): void {
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), NICE)
  if (!leadsSession()) return // the session's other programs are not ours to slow
  try {
    writeFileSync('/proc/self/autogroup', String(NICE))
  } catch {
    // this kernel doesn't group by session, or /proc is read-only: niceness is all there is
  }
}

/** As the supervisor starts it: proc_pid_stat(5), field 6. */
function leadsSession(): boolean {
  const [, session] = /^.*\) \S \d+ \d+ (\d+)/s.exec(readFileSync('/proc/self/stat', 'latin1')) ?? []
  return Number(session) === process.pid
}
