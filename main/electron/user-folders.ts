import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Folders } from '@strata/engine/startup/folders.ts'
import { app } from 'electron'

/**
 * Gives Chromium folders of its own: by default it keeps profile and caches in ~/.config/strata, among Strata's settings.
 * The lock of the single instance lies there too, so that the demo has another. Before `ready`, and Electron wants the
 * folders to be there.
 */
export function giveBrowserItsFolders({ dataDir, cacheDir }: Folders): void {
  const folders = { userData: join(dataDir, 'window'), sessionData: join(cacheDir, 'window') } as const
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true, mode: 0o700 })
  app.setPath('userData', folders.userData)
  app.setPath('sessionData', folders.sessionData)
}
