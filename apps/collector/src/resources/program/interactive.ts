/** Shells, editors, sessions and what people or builds run by hand: on the way to a service, never one. */
const INTERACTIVE = new Set(
  `sh bash dash zsh fish ksh ash busybox csh tcsh mksh
   init systemd systemd-executor (sd-pam) login agetty getty su sudo doas runuser setpriv sshd-session ssh scp sftp mosh-server
   tmux tmux:_server screen script expect env xargs timeout nice nohup setsid stdbuf unshare nsenter flock time watch tini dumb-init
   vi vim nvim nano emacs less more man top htop btop ps strace ltrace gdb perf bpftrace bpftool tcpdump
   git make ninja cmake gcc g++ cc1 cc1plus clang ld as collect2 cargo rustc npm npx yarn pnpm turbo tsc
   apt apt-get dpkg dnf yum rpm pip pip3 ls cat grep sed awk gawk mawk find sort head tail cut tr wc sleep tee cp mv rm mkdir tar gzip xz zstd`
    .split(/\s+/)
    .map((name) => name.replace('_', ' ')),
)

/** By the executable's name; versions (`clang-19`) don't count. */
export function isInteractive(executable: string): boolean {
  return INTERACTIVE.has(executable) || INTERACTIVE.has(executable.replace(/-[\d.]+$/, ''))
}
