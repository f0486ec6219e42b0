import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { implement } from '@orpc/server'
import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Logger } from 'pino'

import { Catalogue } from './catalogue/catalogue.ts'
import { catalogueRouter } from './catalogue/router.ts'
import { consoleRouter } from './console/router.ts'
import { ConsoleTickets } from './console/tickets.ts'
import { watchInstallations } from './create/installation-watch.ts'
import { createRouter } from './create/router.ts'
import { claimsOfJobs, claimsOfStrangeJournals, identifier, undoHandlers } from './create/undo-handlers.ts'
import { crossSectionRouter } from './cross-section/router.ts'
import { FileUsers } from './disk-images/file-users.ts'
import { doctorRouter } from './doctor/router.ts'
import type { EngineFolders, EngineParts } from './engine-parts.ts'
import { filesRouter } from './files/router.ts'
import { AddressWatch } from './guest/address-watch.ts'
import { HistoryStore } from './history/history-store.ts'
import { historyRouter } from './history/router.ts'
import { guestSetupRouter } from './guest-setup/router.ts'
import { AddedHosts } from './hosts/added-hosts.ts'
import type { HostDefinition } from './hosts/host-definition.ts'
import { HostFile } from './hosts/host-file.ts'
import { HostRegistry } from './hosts/host-registry.ts'
import { Host } from './hosts/host.ts'
import { KvmTrial } from './hosts/kvm-trial.ts'
import { hostsRouter } from './readiness/router.ts'
import { claimsOfImages } from './images/image-claims.ts'
import { ImageLibrary } from './images/image-library.ts'
import { imagesRouter } from './images/router.ts'
import { importsRouter } from './imports/router.ts'
import { JobRunner } from './jobs/job-runner.ts'
import { readStrangeJournals } from './jobs/strange-journals.ts'
import { jobsRouter } from './jobs/router.ts'
import { watchMachineSetups } from './machine-setup/setup-watch.ts'
import { watchPendingRenames } from './machines/pending-renames.ts'
import { machinesRouter } from './machines/router.ts'
import { undoChange } from './machines/undo-change.ts'
import { Monitoring } from './monitoring/monitoring.ts'
import { monitoringRouter } from './monitoring/router.ts'
import { repairsRouter } from './repair-acts/router.ts'
import { strataErrorsMiddleware } from './router-errors.ts'
import { settingsRouter } from './settings/router.ts'
import { nothingWrong, type Notices } from './settings/notices.ts'
import { SettingsStore } from './settings/settings-store.ts'
import { snapshotsRouter } from './snapshots/router.ts'
import { storageRouter } from './storage/router.ts'
import { trashRouter } from './trash/router.ts'
import { TrashStore } from './trash/trash-store.ts'

export type { HostDefinition } from './hosts/host-definition.ts'

export interface EngineOptions extends EngineFolders {
  readonly hosts: readonly HostDefinition[]
  /** False: hosts that are added are not kept, and none that were kept are shown; true when not given. */
  readonly keepHosts?: boolean
  /** Address or path of a catalogue of cloud images in place of the one that comes with Strata. */
  readonly imageCatalogue?: string | null
  readonly log: Logger
  /** One that is shared with others; by default the engine has its own, which remembers in `cacheDir`. */
  readonly kvmTrial?: KvmTrial
  /** What was wrong with Strata's own files at the start. */
  readonly notices?: Notices
}

/** Implements the contract. Shells pass `typedArraySerializers` to the handlers that they put around it. */
export type EngineRouter = ReturnType<typeof assembleRouter>

export interface Engine {
  readonly router: EngineRouter
  /** Connects a shell's byte channel to a guest's screen. Rejects with 'not-found' for a ticket that is not good, and ends the channel. */
  connectConsole(ticket: string, channel: Duplex): Promise<void>
  /** Stops everything in order; resolves when sockets, timers and files are closed. */
  close(): Promise<void>
}

/** Everything that Strata does, without a window. Returns before the hosts have answered: the inventory tells when they do. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // some for each host
  const parts = await makeParts(options, closing.signal)
  const addresses = new AddressWatch(parts.hosts, parts.log)
  watchPendingRenames(parts)
  watchInstallations(parts)
  watchMachineSetups(parts)
  parts.monitoring.start()
  parts.hosts.forEach((host) => {
    host.start()
  })
  await parts.jobs.recover()
  return {
    router: assembleRouter(parts),
    connectConsole: (ticket, channel) => parts.consoles.connect(ticket, channel),
    async close() {
      closing.abort()
      // What uses the hosts before the hosts.
      await parts.consoles.close()
      await parts.jobs.close()
      await parts.trash.close()
      addresses.close()
      await parts.monitoring.close()
      await parts.hosts.close()
    },
  }
}

async function makeParts(
  {
    hosts: definitions,
    log,
    imageCatalogue = null,
    kvmTrial: shared,
    notices = nothingWrong,
    keepHosts = true,
    ...dirs
  }: EngineOptions,
  closing: AbortSignal,
): Promise<EngineParts> {
  const folders = { configDir: dirs.configDir, dataDir: dirs.dataDir, cacheDir: dirs.cacheDir, homeDir: dirs.homeDir }
  const settings = await SettingsStore.open(join(folders.configDir, 'settings.json'), log, notices)
  const kvmTrial = shared ?? new KvmTrial(folders.cacheDir)
  const make = (definition: HostDefinition) => new Host(definition, { log, kvmTrial, homeDir: folders.homeDir })
  const hosts = new HostRegistry(definitions.map(make))
  const fileUsers = new FileUsers(hosts)
  const jobs = new JobRunner({
    journalDir: join(folders.dataDir, 'journal'),
    undoHandlers: undoHandlers(hosts, fileUsers, folders.dataDir),
    identify: identifier(hosts),
    knowsHost: (hostId) => hosts.find(hostId) !== undefined,
    whenHostReady: (hostId, signal) => hosts.get(hostId).whenConnected(signal),
    log,
  })
  fileUsers.addSource(() => Promise.resolve(claimsOfJobs(hosts, jobs.promisedSteps())))
  fileUsers.addSource(async () =>
    claimsOfStrangeJournals(hosts, await readStrangeJournals(join(folders.dataDir, 'journal'))),
  )
  const addedHosts = new AddedHosts({
    hosts,
    file: keepHosts ? await openHostFile(folders.configDir, notices) : null,
    make,
    jobsOn: (hostId) =>
      jobs
        .list()
        .filter((job) => job.hostId === hostId && job.endedAtMs === null)
        .map(({ title }) => title.english),
  })
  const catalogue = Catalogue.open({ cacheDir: folders.cacheDir, homeDir: folders.homeDir, log })
  const monitoring = new Monitoring(hosts, join(folders.dataDir, 'histories'), log)
  const history = new HistoryStore(folders.dataDir, log)
  const trash = await TrashStore.open({ folders, log, hosts, jobs, settings, closing, history, fileUsers })
  fileUsers.addSource(claimsOfImages)
  const consoles = new ConsoleTickets(hosts, log)
  const images = new ImageLibrary({
    cacheDir: folders.cacheDir,
    catalogueLocation: imageCatalogue,
    listed: () => catalogue.cloudImages(),
    closing,
  })
  return {
    folders,
    log,
    hosts,
    addedHosts,
    catalogue,
    jobs,
    settings,
    notices,
    monitoring,
    consoles,
    trash,
    history,
    images,
    fileUsers,
    closing,
  }
}

function openHostFile(configDir: string, notices: Notices): Promise<HostFile> {
  return HostFile.open(join(configDir, 'hosts.json'), ({ path, setAsidePath, cause }) => {
    const sentence = say('engine.listAddedHostsCould')
    notices.add({ path, setAsidePath, sentence }, cause)
  })
}

function assembleRouter(parts: EngineParts) {
  return implement(contract)
    .use(strataErrorsMiddleware(parts.log))
    .router({
      hosts: hostsRouter(parts),
      machines: machinesRouter(parts),
      trash: trashRouter(parts),
      create: createRouter(parts),
      catalogue: catalogueRouter(parts),
      images: imagesRouter(parts),
      doctor: doctorRouter(parts),
      files: filesRouter(parts),
      guestSetup: guestSetupRouter(parts),
      imports: importsRouter(parts),
      jobs: jobsRouter(parts),
      history: historyRouter(parts, (machine, entryId) => undoChange(parts, machine, entryId)),
      console: consoleRouter(parts),
      snapshots: snapshotsRouter(parts),
      storage: storageRouter(parts),
      monitoring: monitoringRouter(parts),
      crossSection: crossSectionRouter(parts),
      repairs: repairsRouter(parts),
      settings: settingsRouter(parts),
    })
}
