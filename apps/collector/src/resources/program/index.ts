import type { Detection, Detector, ProcessFacts } from '../detector.ts'
import { interactive } from './interactive.ts'
import { java } from './java.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'
import { dotnet, ruby } from './scripts.ts'
import { server } from './servers.ts'

/** What a process evidently is, by its executable and its arguments. */
export const program: Detector = {
  name: 'program',
  detect(facts): Detection | undefined {
    if (facts.kernelThread) return undefined
    const executable = executableName(facts)
    const byHand = interactive(executable)
    if (byHand) return { interactive: byHand }
    const found = server(executable, facts) ?? interpreted(executable, facts)
    // A script that was started as a command has its interpreter as executable: gunicorn is python3 /usr/bin/gunicorn.
    if (found) return found
    const commByHand = interactive(facts.comm)
    return commByHand && { interactive: commByHand }
  },
}

function interpreted(executable: string, facts: ProcessFacts): Detection | undefined {
  if (/^(node|nodejs|bun|deno)$/.test(executable)) return javascript(executable, facts)
  if (/^(python[\d.]*|pypy[\d.]*)$/.test(executable)) return python(facts)
  if (executable === 'java') return java(facts)
  if (/^ruby[\d.]*$/.test(executable)) return ruby(facts)
  if (executable === 'dotnet') return dotnet(facts)
  return undefined
}

/** `nginx` of `/usr/sbin/nginx`; of what is known only from the kernel, the path given to execve. */
function executableName(facts: ProcessFacts): string {
  const path = facts.executable || facts.commandArgs[0] || facts.comm
  return path.slice(path.lastIndexOf('/') + 1)
}
