import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { systemCodeOf } from '../strata-error.ts'

/** The user's folder for downloads, whatever language it is named in (xdg-user-dirs), else ~/Downloads. */
export async function downloadsFolder(homeDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const configured = await userDirs(join(env['XDG_CONFIG_HOME'] ?? join(homeDir, '.config'), 'user-dirs.dirs'))
  const path = /^XDG_DOWNLOAD_DIR="(.*)"$/m.exec(configured)?.[1]
  if (path === undefined || path === '') return join(homeDir, 'Downloads')
  return path.replace(/^\$HOME/, homeDir)
}

async function userDirs(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return '' // most systems without a desktop have none
  }
}
