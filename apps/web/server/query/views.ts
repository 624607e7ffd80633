import { z } from '@hono/zod-openapi'
import type { SavedView } from '../store/people.ts'
import { Instant } from './fields.ts'
import { pageFields, pageOf, pageParams } from './paging.ts'
import { resource } from './resource.ts'

export const ViewSchema = z.object({ id: z.string(), name: z.string(), url: z.string(), createdAt: Instant }).openapi('SavedView')

/** What a person gives to save a view: only a place within Sonde. */
export const NewViewSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  url: z.string().max(4000).regex(/^\/(?!\/)[^\s\\]*$/, 'not a path within Sonde, beginning with one /'),
}).openapi('NewSavedView')

export const viewAnswer = (view: SavedView): z.input<typeof ViewSchema> => ({ id: view.id, name: view.name, url: view.url, createdAt: view.createdAt.toISOString().replace('Z', '000000Z') })

export const views = resource({
  name: 'views',
  summary: 'Selections people saved.',
  params: z.strictObject(pageParams),
  answer: z.object({ views: z.array(ViewSchema), ...pageFields }).openapi('SavedViews'),
  async run({ people }, params) {
    const { page, ...rest } = pageOf((await people.views()).map(viewAnswer), (view) => `${view.createdAt} ${view.id}`, params)
    return { views: page, ...rest }
  },
})
