/** As many as are remembered: nobody changes a selection so often before the page has drawn one. */
const MOST = 100

/**
 * The addresses that were gone to and that the page has not drawn yet. Next draws each in a transition, which a busy page
 * puts off, and when it has drawn one, it puts that address back into the browser (HistoryUpdater in its app router), though
 * a later one stands there: until all are drawn, the browser's address may be one before the last. Keys pressed quickly
 * would then go on from there.
 */
export class AddressesAhead {
  private queries: string[] = []

  /** The query string that the next change is of. */
  last(browser: string): string {
    return this.queries.at(-1) ?? browser
  }

  goTo(query: string): void {
    if (this.queries.length === MOST) this.queries.shift()
    this.queries.push(query)
  }

  /** The page has drawn this one: those before it will not be, and if it is another's (a link, going back), none will. */
  drawn(query: string): void {
    const at = this.queries.indexOf(query)
    this.queries = at < 0 ? [] : this.queries.slice(at + 1)
  }

  /** Somebody went elsewhere: back, to another page. */
  forget(): void {
    this.queries = []
  }
}
