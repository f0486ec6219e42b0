import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'

import { replaceFile } from '@strata/engine/replace-file.ts'

/** What scripts read to find and enter a Strata that they started. */
export interface AddressFile {
  readonly url: string
  readonly loginToken: string
  readonly pid: number
}

/** Written whole and for this user only, when the server listens. @returns removes it */
export async function writeAddressFile(path: string, url: string, loginToken: string): Promise<() => Promise<void>> {
  const content: AddressFile = { url, loginToken, pid: process.pid }
  await replaceFile(path, `${JSON.stringify(content)}\n`)
  return () => rm(path, { force: true })
}

/**
 * The one-time address for a browser of the user's own choice. The token stands behind the #, where no
 * server, proxy or log sees it; the forwarded port is the same on both sides, because only that name is answered.
 * @param page what is shown after signing in; null: the machines
 */
export function addressText(
  url: string,
  token: string,
  sshConnection: string | undefined,
  page: string | null = null,
): string {
  const port = new URL(url).port
  const host = sshConnection?.split(' ')[2] ?? 'THIS-HOST' // "client port server port"
  return [
    'Open this address in a browser on this computer; it works once, within the next hour:',
    '',
    `  ${url}/login${page === null ? '' : `?${new URLSearchParams({ page }).toString()}`}#${token}`,
    '',
    'From another computer, forward the port first, then open it there:',
    '',
    `  ssh -L ${port}:127.0.0.1:${port} ${userInfo().username}@${host}`,
    '',
  ].join('\n')
}
