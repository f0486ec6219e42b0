import { prepareSeed } from '../../guest-setup/cloud-init/seed.ts'
import { writeIso } from '../../guest-setup/disc/write-iso.ts'
import { uploadBytes } from '../../storage/place-media.ts'
import type { PlaceContext } from './placement.ts'

/** The seed holds the password's hash: it is written where only the machine reads it, and goes with the machine. */
export async function placeSeed({ host, wanted, machine, macAddress, stem, job }: PlaceContext): Promise<string[]> {
  if (wanted.setup === null) return []
  const seed = prepareSeed({
    setup: wanted.setup,
    machine: { uuid: machine.uuid, name: wanted.name },
    macAddress,
  })
  const content = writeIso(seed.volumeId, seed.files)
  return [await uploadBytes(host, { poolUuid: wanted.poolUuid, name: `${stem}-seed.iso`, content }, job)]
}
