/** What a program can lose, in the order of `enum loss` in include/record.h: the indices of the map `losses`. */
export const LOSSES: readonly { readonly reason: string; readonly affects: string }[] = [
  { reason: 'ring buffer full', affects: 'records' },
  { reason: 'no memory for socket or task storage', affects: 'observations of one socket or task' },
  { reason: 'too many unfinished responses', affects: 'when the length of a response is known' },
]
