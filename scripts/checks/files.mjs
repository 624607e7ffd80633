import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

const NOT_OURS = new Set(['node_modules', '.git', '.turbo', '.output', '.next', 'build', '.partners', '.sonde', 'client'])

/**
 * Files of the checkout, relative to it, sorted; without what is installed, built or generated into folders of its own.
 * @param {string} root
 * @param {(path: string) => boolean} wanted
 */
export function filesOf(root, wanted) {
  /** @type {string[]} */
  const found = []
  /** @param {string} directory */
  const walk = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) walk(path)
      } else if (wanted(relative(root, path))) found.push(relative(root, path))
    }
  }
  walk(root)
  return found.sort()
}
