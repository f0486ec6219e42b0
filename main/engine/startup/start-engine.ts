import { join } from 'node:path'

import { createEngine, type Engine } from '../engine.ts'
import { defaultHosts } from '../hosts/default-hosts.ts'
import { lockDataFolder } from './engine-lock.ts'
import { logWhatNobodyCaught } from './last-resort.ts'
import { lookThroughJournals } from './left-journals.ts'
import { openLog } from './log.ts'
import type { StartOptions } from './options.ts'
import { prepareOwnFolders } from './own-folders.ts'
import { hearWishes } from './second-start.ts'
import { StartNotices } from './start-notices.ts'
import type { Wish } from './wish.ts'

export interface StartedEngine {
  readonly engine: Engine
  readonly log: ReturnType<typeof openLog>['log']
  readonly notices: StartNotices
  /** Closes the engine and then its log. */
  readonly close: () => Promise<void>
}

/**
 * The engine with its hosts, folders and log, as every shell runs it.
 * @param onWish answers who starts Strata once more, with what is printed there; see `handOver`
 */
export async function startEngine(
  options: StartOptions,
  onWish: (wanted: Wish) => Promise<string>,
): Promise<StartedEngine> {
  const notices = new StartNotices()
  await prepareOwnFolders(options.folders, notices)
  const unlock = await lockDataFolder(options.folders.dataDir, hearWishes(onWish))
  const { log, close: closeLog } = openLog(options.folders.stateDir)
  notices.tellTo(log)
  await lookThroughJournals(join(options.folders.dataDir, 'journal'), notices) // with the lock: another's are no remains
  const stopCatching = logWhatNobodyCaught(log)
  const { connectUris, hostsJson } = options
  const hosts = await defaultHosts({ demoFleetPath: options.demo?.fleetPath ?? null, connectUris, hostsJson })
  log.info({ hosts: hosts.map((host) => host.id), node: process.version }, 'starting')
  const engine = await createEngine({
    hosts,
    keepHosts: options.demo === null,
    ...options.folders,
    imageCatalogue: options.imageCatalogue,
    log,
    notices,
  })
  const close = async () => {
    await engine.close()
    log.info('closed')
    stopCatching()
    closeLog()
    await unlock()
  }
  return { engine, log, notices, close }
}
