import { randomUUID } from 'node:crypto'
import { openDatabase, type Database, type Host, type SavedView } from '@sonde/prisma'

export type { Host, SavedView } from '@sonde/prisma'

/** Views kept at most: people make dozens. */
export const SAVED_VIEWS = 1000

/** What people make and what must outlive a restart: names of hosts, saved views, switches. */
export class People {
  private readonly database: Database

  /** @throws if the file can't be opened or brought up to date */
  constructor(file: string) {
    this.database = openDatabase(file)
  }

  hosts(): Promise<Host[]> {
    return this.database.host.findMany({ orderBy: { id: 'asc' } })
  }

  async hostSeen(host: { readonly id: string; readonly name: string; readonly kernel: string }, at: Date): Promise<void> {
    const { id, name, kernel } = host
    await this.database.host.upsert({ where: { id }, create: { id, name, kernel, firstSeenAt: at, lastSeenAt: at }, update: { name, kernel, lastSeenAt: at } })
  }

  /** Names a host; null takes the name away. Undefined if there is no such host. */
  async labelHost(id: string, label: string | null): Promise<Host | undefined> {
    const changed = await this.database.host.updateMany({ where: { id }, data: { label } })
    return changed.count === 0 ? undefined : ((await this.database.host.findUnique({ where: { id } })) ?? undefined)
  }

  views(): Promise<SavedView[]> {
    return this.database.savedView.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  }

  /** Undefined if there are too many. */
  async addView(name: string, url: string): Promise<SavedView | undefined> {
    if ((await this.database.savedView.count()) >= SAVED_VIEWS) return undefined
    return this.database.savedView.create({ data: { id: randomUUID(), name, url } })
  }

  async removeView(id: string): Promise<boolean> {
    return (await this.database.savedView.deleteMany({ where: { id } })).count > 0
  }

  /** Switches of probes on a host, by probe. */
  async probeSwitches(host: string): Promise<Map<string, boolean>> {
    const prefix = `probe/${host}/`
    const settings = await this.database.setting.findMany({ where: { key: { startsWith: prefix } } })
    return new Map(settings.map(({ key, value }) => [key.slice(prefix.length), value === 'true']))
  }

  async setProbeSwitch(host: string, probe: string, enabled: boolean): Promise<void> {
    const key = `probe/${host}/${probe}`
    await this.database.setting.upsert({ where: { key }, create: { key, value: String(enabled) }, update: { value: String(enabled) } })
  }

  close(): Promise<void> {
    return this.database.$disconnect()
  }
}
