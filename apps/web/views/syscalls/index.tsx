export { SyscallsView } from './syscalls-view.tsx'
