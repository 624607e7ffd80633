/**
 * What every HTTP server here answers:
 *
 *     GET  /ok?…          200  ok
 *     GET  /item/N        200  item            (nginx, Apache: the same for every N)
 *     GET  /bytes/N       200  N bytes         (nginx, Apache: files of FILE_SIZES)
 *     HEAD on those       the same head
 *     POST /echo-length   200  the body's length in decimal
 *     GET  /missing       404
 *     GET  /fail          500
 */
export const FILE_SIZES = [0, 1, 1000, 16_384, 100_000, 1_048_576, 8_388_608] as const

/** The largest body and file, and what servers that limit bodies must allow. */
export const LARGEST_BYTES = 8_388_608
