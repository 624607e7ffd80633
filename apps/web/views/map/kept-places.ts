import type { Place } from '../../charts/map-places.ts'

const KEY = 'sonde.map.places'
/** Places kept at most, the last seen first: a reader's map is not an archive. */
const KEPT = 500

/** Where nodes stood when this browser last saw them, so that names stay put. */
export function readPlaces(storage: Pick<Storage, 'getItem'>): Map<string, Place> {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    if (!Array.isArray(value)) return new Map()
    return new Map(value.filter(isEntry).map(([name, x, y]) => [name, { x, y }]))
  } catch {
    return new Map() // not ours, or storage is off: the map is laid out anew
  }
}

export function keepPlaces(storage: Pick<Storage, 'getItem' | 'setItem'>, places: ReadonlyMap<string, Place>): void {
  const older = [...readPlaces(storage)].filter(([name]) => !places.has(name))
  const entries = [...places, ...older].slice(0, KEPT).map(([name, { x, y }]) => [name, Math.round(x), Math.round(y)])
  try {
    storage.setItem(KEY, JSON.stringify(entries))
  } catch {
    // Storage is full or off; only the next visit's layout may differ.
    return
  }
}

function isEntry(entry: unknown): entry is [string, number, number] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]) && Number.isFinite(entry[2])
}
