import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { readUserData } from './cloud-init/read-user-data.ts'
import { writeUserData } from './cloud-init/write-user-data.ts'
import { hostNameOf } from './guest-names.ts'
import { KeyStore } from './keys/key-store.ts'
import { knownKeys } from './keys/known-keys.ts'

export function guestSetupRouter({ hosts, folders }: EngineParts) {
  const os = implement(contract.guestSetup)
  const keys = new KeyStore(folders.dataDir)
  return os.router({
    writeUserData: os.writeUserData.handler(({ input }) => ({ userData: writeUserData(input.setup) })),
    readUserData: os.readUserData.handler(({ input }) => readUserData(input.setup, input.userData)),
    keyPair: os.keyPair.handler(async ({ input }) => {
      const pair = await keys.read(input)
      if (pair === null) return null
      const name = hosts.get(input.hostId).inventory.machine(input.uuid)?.name ?? input.uuid
      return { fileName: `id_ed25519_${hostNameOf(null, name)}`, ...pair }
    }),
    forgetKeyPair: os.forgetKeyPair.handler(({ input }) => keys.forget(input)),
    // The host tells whose keys are meant only when it is this computer; the keys are always the engine's user's own.
    knownKeys: os.knownKeys.handler(() => knownKeys(folders.homeDir)),
  })
}
