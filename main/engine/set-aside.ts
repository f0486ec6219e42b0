import { rename } from 'node:fs/promises'

/**
 * Gives a file of Strata's own that cannot be understood another name, before the next change would write over it; a folder
 * in its place would refuse every change.
 * @returns its new path; null: it could not be moved
 */
export async function setAside(path: string): Promise<string | null> {
  const aside = `${path}.set-aside-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  return rename(path, aside).then(
    () => aside,
    () => null,
  )
}
