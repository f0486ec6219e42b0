import type { Logger } from 'pino'

import type { Catalogue } from './catalogue/catalogue.ts'
import type { FileUsers } from './disk-images/file-users.ts'
import type { HistoryStore } from './history/history-store.ts'
import type { AddedHosts } from './hosts/added-hosts.ts'
import type { HostRegistry } from './hosts/host-registry.ts'
import type { ImageLibrary } from './images/image-library.ts'
import type { JobRunner } from './jobs/job-runner.ts'
import type { Monitoring } from './monitoring/monitoring.ts'
import type { Notices } from './settings/notices.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { ConsoleTickets } from './console/tickets.ts'
import type { TrashStore } from './trash/trash-store.ts'

/** Where the engine keeps its things, and the user's home for choosing files. */
export interface EngineFolders {
  readonly configDir: string
  /** journal/, trash/, placed/, pictures/, histories/ */
  readonly dataDir: string
  readonly cacheDir: string
  readonly homeDir: string
}

/** What a router is given. engine.ts makes each part once. */
export interface EngineParts {
  readonly folders: EngineFolders
  readonly log: Logger
  readonly hosts: HostRegistry
  readonly addedHosts: AddedHosts
  readonly catalogue: Catalogue
  readonly jobs: JobRunner
  readonly settings: SettingsStore
  readonly notices: Notices
  readonly monitoring: Monitoring
  readonly consoles: ConsoleTickets
  readonly trash: TrashStore
  readonly history: HistoryStore
  readonly images: ImageLibrary
  readonly fileUsers: FileUsers
  /** Aborted when the engine closes. */
  readonly closing: AbortSignal
}
