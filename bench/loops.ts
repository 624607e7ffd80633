import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Nanoseconds a call of getppid, or a round trip through two pipes, over some milliseconds; on CPU 1, before all others. */
const SOURCE = `#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
int main(int argc, char **argv) {
  cpu_set_t one; CPU_ZERO(&one); CPU_SET(1, &one); sched_setaffinity(0, sizeof(one), &one); setpriority(PRIO_PROCESS, 0, -19);
  double length = atof(argv[2]) * 1e6, begin; long n = 0;
  if (argv[1][0] == 'g') {
    for (begin = now(); now() - begin < length; n += 1000) for (int i = 0; i < 1000; i++) syscall(SYS_getppid);
  } else {
    int a[2], b[2]; char c = 0; pipe(a); pipe(b);
    if (!fork()) { close(a[1]); while (read(a[0], &c, 1) == 1) write(b[1], &c, 1); _exit(0); }
    for (begin = now(); now() - begin < length; n += 100) for (int i = 0; i < 100; i++) { write(a[1], &c, 1); read(b[0], &c, 1); }
  }
  printf("%f\\n", (now() - begin) / n);
}`

/** Two loops that do nothing but enter the kernel. */
export interface Loops {
  /** Nanoseconds a turn, over `ms`. */
  run(kind: 'getppid' | 'pipe', ms: number): number
  remove(): void
}

export function buildLoops(): Loops {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-loops-'))
  const program = join(folder, 'loop')
  writeFileSync(join(folder, 'loop.c'), SOURCE)
  execFileSync('clang-19', ['-O2', '-Wno-unused-result', '-o', program, join(folder, 'loop.c')])
  return {
    run: (kind, ms) => Number(execFileSync(program, [kind, String(ms)], { encoding: 'utf8' })),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
