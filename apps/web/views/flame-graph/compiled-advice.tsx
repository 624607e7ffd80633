/** How a program that compiles while it runs is started so that it tells its functions (/tmp/perf-PID.map). */
const STARTS = [
  ['Node', 'node --perf-basic-prof --interpreted-frames-native-stack …', 'without the second flag, functions that are still interpreted are nameless frames of the interpreter'],
  ['Python 3.12', 'python3 -X perf …', 'older ones show the interpreter’s own functions'],
] as const

/** What to do for the names of programs that compile while they run; the others have theirs. */
export function CompiledAdvice() {
  return (
    <section aria-label="Names of compiled code" className="border-t border-line pt-3 text-t2">
      <p>C, C++, Rust and Go have names as they are. Programs that compile while they run tell theirs when they are started so:</p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5">
        {STARTS.map(([runtime, command, note]) => (
          <div key={runtime} className="contents">
            <dt className="text-t3">{runtime}</dt>
            <dd><code className="mono text-t1 select-all">{command}</code><span className="block text-xs text-t3">{note}</span></dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
