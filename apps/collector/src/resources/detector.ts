/** How detectors reach files: read functions are injected, so that they are tested on literal /proc contents. */
export interface Files {
  /** At most `limit` bytes of a file; undefined if it can't be read (the process vanished, no permission, no such file). */
  read(path: string, limit: number): Buffer | undefined
  /** What a symbolic link says; undefined if it can't be read. */
  link(path: string): string | undefined
  /** Names in a directory, at most `limit`; undefined if it can't be read. */
  list(path: string, limit: number): readonly string[] | undefined
}

/** A process as its own /proc folder tells it, read once. */
export interface ProcessFacts {
  readonly pid: number
  /** Nanoseconds since boot; as /proc has it, to a hundredth of a second. */
  readonly startedAt: number
  /** Kernel's name of the main thread, at most 15 bytes. */
  readonly comm: string
  /** Path of the executable, '' for a kernel thread or when unknown. */
  readonly executable: string
  readonly workingDirectory: string
  /** As it is now: a program may have overwritten it by a title. */
  readonly commandArgs: readonly string[]
  readonly uid: number
  /** Path in the unified hierarchy, or in the one that names systemd's or the container's group. */
  readonly cgroup: string
  readonly kernelThread: boolean
  /** A variable of its environment at exec. */
  variable(name: string): string | undefined
  /** A file as the process sees it (through its own root), absolute or relative to its working directory. */
  file(path: string, limit: number): Buffer | undefined
}

/** What one detector knows of a process. */
export interface Detection {
  /** The service's name; undefined if this detector gives none. */
  readonly service?: string | undefined
  /** What the process evidently is: `nginx`, `node` … */
  readonly kind?: string | undefined
  readonly container?: string | undefined
  readonly unit?: string | undefined
  /** Ports that need no mention in the name; given only by servers whose name says nothing but their kind. */
  readonly defaultPorts?: readonly number[] | undefined
  /** What people and builds run by hand. A `shell` is no service by itself; a `tool` (git, npm, `node -e`) only when it talks. */
  readonly interactive?: 'shell' | 'tool' | undefined
}

/** Whose process is it? One folder a detector; pure over the facts and files it is given. */
export interface Detector {
  /** Goes into `namedBy`. */
  readonly name: 'config' | 'environment' | 'container' | 'unit' | 'program' | 'executable'
  detect(facts: ProcessFacts, files: Files): Detection | undefined
}
