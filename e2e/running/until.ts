/** Asks every 100 ms until `right` says so, and returns that answer; after `withinMs` the last one, whatever it is. */
export async function until<T>(ask: () => Promise<T>, right: (answer: T) => boolean, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (right(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
