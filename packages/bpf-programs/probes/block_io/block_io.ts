import { readlinkSync } from 'node:fs'
import { currentTask } from '../../kernel-features.ts'
import type { Probe } from '../../probe.ts'
import { layouts } from './records.generated.ts'

/** enum req_op (include/linux/blk_types.h). */
const OPERATIONS: Readonly<Record<number, string>> = { 0: 'read', 1: 'write', 2: 'flush', 3: 'discard', 5: 'secure_erase', 7: 'zone_append', 9: 'write_zeroes' }
const devices = new Map<string, string>()

/** `vda`; `254:0` for a device that sysfs doesn't know. */
function deviceName(number: string): string {
  let name = devices.get(number)
  if (name === undefined) {
    try {
      name = readlinkSync(`/sys/dev/block/${number}`).split('/').at(-1)!
    } catch (error) {
      if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
      name = number // it has gone again
    }
    if (devices.size < 4096) devices.set(number, name)
  }
  return name
}

export const blockIo: Probe = {
  name: 'block_io',
  sees: 'How long block devices take for requests, by device, operation and process.',
  hooks: ['block_rq_insert', 'block_rq_issue', 'block_rq_complete'],
  losesWhenOff: 'Slow disks are not seen.',
  object: '.output/block_io.bpf.o',
  needs: [currentTask],
  optionalPrograms: { request_inserted: 'Requests that wait in a queue before they are given to a device are nobody’s.' },
  ringBytes: 65_536,
  distributions: {
    what: 'block_io',
    budgetBytes: 4 << 20,
    listen: 'always',
    describe(key) {
      const operation = key.getUint32(8, true)
      return { pid: key.getUint32(0, true), name: deviceName(`${key.getUint16(4, true)}:${key.getUint16(6, true)}`), operation: OPERATIONS[operation] ?? `operation_${operation}` }
    },
  },
  affects: 'block io',
  lossReasons: { LOST_STORAGE: 'more requests or processes than there is room for' },
  open: () => ({ layouts, read() {} }),
}
