// Generated from block_io.bpf.c by `npm run build -w @sonde/bpf-programs`; do not edit.
/*
 * One object of a class reads all records of its kind: `at` moves it. 64-bit integers are numbers, exact up to 2^53.
 * Byte arrays are offsets into the batch (`…At`). Nothing is copied, and nothing is valid after the batch.
 */



/** The records this reads, with the fingerprints of their layouts. */
export const layouts = {

} as const
