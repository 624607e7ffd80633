/**
 * The innermost systemd unit of a control group's path, its suffix included: `nginx.service`, `session-3.scope`. Units
 * are `\x2d`-escaped in it (systemd.unit(5)). Undefined if there is none.
 */
export function unitOf(cgroup: string): string | undefined {
  const unit = cgroup.split('/').findLast((part) => /\.(service|scope)$/.test(part))
  return unit?.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
