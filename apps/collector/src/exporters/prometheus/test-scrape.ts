import { request } from 'node:http'

export interface Scraped {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** GET /metrics, or what else is asked for. */
export function scrape(port: number, options: { readonly path?: string; readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Scraped> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/metrics', agent: false, ...options }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text: Buffer.concat(parts).toString('utf8') }))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** The samples of one name, by their labels as they are written. */
export function samples(text: string, name: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || !(line.startsWith(`${name}{`) || line.startsWith(`${name} `))) continue
    const [, labels = '', value] = /^[^{ ]+(?:\{(.*)\})? (\S+)(?: # .*)?$/.exec(line) ?? []
    if (found.has(labels)) throw new Error(`told twice: ${line}`)
    found.set(labels, Number(value))
  }
  return found
}
