const names = (list: string) => new Set(list.split(/\s+/).map((name) => name.replace('_', ' ')))

/** Shells, sessions and what only starts others. */
const SHELLS = names(
  `sh bash dash zsh fish ksh ash busybox csh tcsh mksh
   init systemd systemd-executor (sd-pam) login agetty getty su sudo doas runuser setpriv sshd-session
   tmux tmux:_server screen script expect env xargs timeout nice nohup setsid stdbuf unshare nsenter flock time watch tini dumb-init`,
)

/** Editors, build tools, and what people run by hand. */
const TOOLS = names(
  `vi vim nvim nano emacs less more man top htop btop ps strace ltrace gdb perf bpftrace bpftool tcpdump ssh scp sftp
   git make ninja cmake gcc g++ cc1 cc1plus clang ld as collect2 cargo rustc npm npx yarn pnpm turbo tsc
   apt apt-get dpkg dnf yum rpm pip pip3 ls cat grep sed awk gawk mawk find sort head tail cut tr wc sleep tee cp mv rm mkdir tar gzip xz zstd`,
)

/** By the executable's name; versions (`clang-19`) don't count. */
export function interactive(executable: string): 'shell' | 'tool' | undefined {
  const name = executable.replace(/-[\d.]+$/, '')
  if (SHELLS.has(executable) || SHELLS.has(name)) return 'shell'
  return TOOLS.has(executable) || TOOLS.has(name) ? 'tool' : undefined
}
