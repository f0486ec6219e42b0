import { realpath } from 'node:fs/promises'

import { systemCodeOf } from '../strata-error.ts'
import type { Host } from './host.ts'

/** Whether the host's files are those of this computer. The test driver's are none at all: its paths must never be touched. */
export const filesAreHere = ({ kind }: Pick<Host, 'kind'>) => kind === 'session' || kind === 'system'

/** A path without links, where it can be followed from here; else as it is. */
export async function canonicalPath(host: Pick<Host, 'kind'>, path: string): Promise<string> {
  if (!filesAreHere(host)) return path
  return realpath(path).catch((error: unknown) => {
    if (systemCodeOf(error) === null) throw error
    return path // not there, or in a folder that this user may not enter: libvirt's own spelling is all there is
  })
}
