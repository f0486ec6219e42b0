import { stat } from 'node:fs/promises'

import type { FolderListing } from '@strata/contract/files.ts'
import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { systemCodeOf } from '../strata-error.ts'
import { downloadsFolder } from './downloads-folder.ts'
import { listFolder } from './list-folder.ts'
import { readDefinition } from './read-definition.ts'

export function filesRouter(parts: EngineParts) {
  const os = implement(contract.files)
  return os.router({
    list: os.list.handler(async ({ input }) => {
      const downloads = await downloadsFolder(parts.folders.homeDir)
      const places = goodPlaces(parts, downloads)
      const path = input.path ?? ((await exists(downloads)) ? downloads : parts.folders.homeDir)
      return listFolder({ path, endings: input.endings, places })
    }),
    readDefinition: os.readDefinition.handler(async ({ input }) => ({ xml: await readDefinition(input.path) })),
  })
}

function goodPlaces({ folders, hosts, settings }: EngineParts, downloads: string): FolderListing['places'] {
  const last = settings.read().lastMediaFolder
  const pools = hosts
    .all()
    .filter((host) => host.files?.sharesPaths === true)
    .flatMap((host) => host.inventory.pools())
  return [
    { label: say('files.downloads'), path: downloads },
    { label: say('files.home'), path: folders.homeDir },
    ...(last === null ? [] : [{ label: say('files.lastUsed'), path: last }]),
    ...pools.flatMap(({ name, path }) => (path === null ? [] : [{ label: say('files.pool', { name }), path }])),
    { label: say('files.computer'), path: '/' },
  ]
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return false
  }
}
