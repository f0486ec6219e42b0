import { isMap, YAMLMap, type Document } from 'yaml'

import { firstUser, parseUserData, textOf } from './user-data-document.ts'
import { withHeader } from './user-data-format.ts'

/**
 * The text that a guest gets: user data with the hash of the password, which stands in no text that is kept or shown.
 * Where the text does not say whether SSH takes passwords, it does so only if there is one.
 * @param passwordHash null: nobody signs in with a password
 */
export function mergePassword(userData: string, passwordHash: string | null): string {
  const { document, root, syntaxProblems } = parseUserData(userData)
  if (syntaxProblems.length > 0) return userData
  if (!root.has('ssh_pwauth')) rootOf(document).set('ssh_pwauth', passwordHash !== null)
  const user = firstUser(document, root)
  if (passwordHash !== null && user !== null) {
    for (const key of ['plain_text_passwd', 'hashed_passwd']) user.delete(key)
    user.set('passwd', passwordHash)
    user.set('lock_passwd', false)
  }
  return withHeader(textOf(document))
}

function rootOf(document: Document): YAMLMap {
  if (!isMap(document.contents)) document.contents = new YAMLMap()
  return document.contents as unknown as YAMLMap
}
