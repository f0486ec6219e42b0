import { say } from '@strata/contract/words/say.ts'

import { whyNeeded } from '../disk-images/file-use-words.ts'
import type { FileUsers } from '../disk-images/file-users.ts'
import { isOpenElsewhere } from '../disk-images/image-info.ts'
import type { Host } from '../hosts/host.ts'
import { StrataError } from '../strata-error.ts'

/**
 * An image whose content changes must be this machine's alone, and nobody may have it open.
 * @throws StrataError 'wrong-state' or 'busy' with the reason
 */
export async function requireUnused(host: Host, fileUsers: FileUsers, uuid: string, path: string): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  const except = [{ kind: 'machine', hostId: host.id, uuid, name }] as const
  const [use] = await (await fileUsers.ask({ host, paths: [path], except })).of(path)
  if (use !== undefined)
    throw new StrataError('wrong-state', say('repairActs.cannotChanged', { path, whyNeeded: whyNeeded(use) }))
  await requireClosed(host, uuid, path)
}

/** The quick half, for right before the act. */
export async function requireClosed(host: Host, uuid: string, path: string): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  const isActive = await host.slow(async (connection) => (await connection.domainLookupByUUID(uuid)).isActive())
  if (isActive) throw new StrataError('wrong-state', say('repairActs.runningShutDownFirst', { name, path }))
  // As raw, because the lock is the file's, and a damaged image opens as nothing else.
  if (await isOpenElsewhere({ path, format: 'raw', part: null }))
    throw new StrataError('busy', say('repairActs.useAnotherProgramOr', { path }))
}
