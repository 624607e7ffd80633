/** ELK's own worker: it takes graphs as messages from `layout.ts` and answers with places. */
import 'elkjs/lib/elk-worker.min.js'
