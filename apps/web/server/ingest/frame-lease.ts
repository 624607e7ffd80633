/** Smaller buffers are no burden, and may share their memory with others. */
const LEAST_BYTES = 64 << 10

/**
 * The memory of a received frame: freed when the last who holds it is done, not when the garbage collector comes by. Frames
 * by the megabyte make V8 collect its whole heap several times a second else (a fifth of this process's work at 110,000
 * requests a second).
 */
export class FrameLease {
  private readonly memory: ArrayBuffer | undefined
  private holders = 0

  /** `bytes`: the frame as it came from the socket, or what it was copied into. */
  constructor(bytes: Uint8Array) {
    const { buffer } = bytes
    const isAlone = buffer.byteLength === bytes.byteLength && bytes.byteLength >= LEAST_BYTES
    this.memory = isAlone && buffer instanceof ArrayBuffer ? buffer : undefined
  }

  /** Holds the memory; returns what lets go of it, to be called once. */
  hold(): () => void {
    this.holders++
    return () => {
      if (--this.holders === 0) this.memory?.transfer(0)
    }
  }
}
