import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where systems put programs, also those that are for administrators. */
export const programFolders = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/sbin',
  '/bin',
  '/usr/libexec',
]

/** Full path of an installed program; null: it is not installed. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = new Set([
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...programFolders,
  ])
  for (const folder of folders) {
    const path = join(folder, name)
    if (await isRunnable(path)) return path
  }
  return null
}

async function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
