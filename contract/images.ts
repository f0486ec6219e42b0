import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostRef, jobRef, uuid } from './references.ts'

/** Names an image in the catalogue: 'debian-12-amd64'. */
export const imageId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,95}$/)

/** A system that is installed already, as its makers publish it, and what of it is on a host. */
export const cloudImage = z.object({
  imageId,
  /** osinfo's short name of the system: 'debian12'. */
  osId: z.string(),
  /** Without the version: 'Debian'. */
  name: z.string(),
  /** '12', '24.04 LTS', 'rolling'. */
  version: z.string(),
  /** As libvirt names it: 'x86_64'. */
  architecture: z.string(),
  /** What is to be downloaded, about; null: not known before it is asked for. Of one that is here, what it takes. */
  downloadBytes: z.number().nullable(),
  /** The disk that the guest sees, and the least that its disk can be; null: not known before it is here. */
  capacityBytes: z.number().nullable(),
  /** The user that its makers set up; null: none, or not known. */
  defaultUser: z.string().nullable(),
  /** Nobody can sign in until cloud-init has set it up at the first boot. False: cloud-init is not in it. */
  needsSetup: z.boolean(),
  /** What it boots on. */
  firmware: z.enum(['any', 'bios', 'uefi']),
  /** How a download can be verified on this computer. 'checksum': no signature is published, or its key is not here. */
  verifiedBy: z.enum(['signature', 'checksum', 'nothing']),
  /** 'partly-here': a download was broken off and goes on from there. 'here': in a pool of the host. */
  state: z.enum(['remote', 'partly-here', 'here']),
  /** What has arrived of a download that was broken off; 0 unless it is 'partly-here'. */
  arrivedBytes: z.number(),
  /** The names of the machines that are built on it, and of the images that belong to none. */
  usedBy: z.array(z.string()),
  /** Where it lies; null unless it is here. */
  poolUuid: uuid.nullable(),
})
export type CloudImage = z.infer<typeof cloudImage>

const imageInPool = hostRef.extend({ imageId, poolUuid: uuid })

export const images = {
  /** For the host's architecture: first what is here, then what most people are likely to want. */
  list: procedure.input(hostRef).output(z.array(cloudImage)),
  /** Brings an image into a pool, for machines that are made later; one that is there already, only if a newer one was published. */
  download: procedure.input(imageInPool).output(jobRef),
  /** Throws away what has arrived of a download that was broken off; refused while it goes on. */
  discard: procedure.input(hostRef.extend({ imageId })).output(z.void()),
  /** Deletes an image from a pool; refused, with their names, when something is built on it. */
  remove: procedure.input(imageInPool).output(z.void()),
}
