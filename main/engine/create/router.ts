import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { checkForm } from './check.ts'
import { createMachine } from './create-machine.ts'
import { creationDefaults } from './defaults.ts'
import { findPastStates } from '../snapshots/find-past-states.ts'
import { SnapshotPictures } from '../snapshots/pictures.ts'
import { findMedia } from './find-media.ts'
import { inspectMedia } from './media.ts'
import { previewMachine } from './preview.ts'

export function createRouter(parts: EngineParts) {
  const os = implement(contract.create)
  const { hosts, folders } = parts
  return os.router({
    defaults: os.defaults.handler(({ input }) => creationDefaults(parts, input)),
    findMedia: os.findMedia.handler(({ input }) => findMedia(parts, hosts.get(input.hostId), folders.homeDir)),
    findPastStates: os.findPastStates.handler(({ input }) =>
      findPastStates(parts.fileUsers, hosts.get(input.hostId), new SnapshotPictures(folders.dataDir), input.text),
    ),
    inspectMedia: os.inspectMedia.handler(
      async ({ input }) => (await inspectMedia(parts, hosts.get(input.hostId), input.media)).found,
    ),
    check: os.check.handler(({ input: { hostId, ...form } }) => checkForm(parts, hosts.get(hostId), form)),
    preview: os.preview.handler(({ input }) => ({ xml: previewMachine(hosts.get(input.hostId), input) })),
    start: os.start.handler(({ input }) => createMachine(parts, input)),
  })
}
