import { nullIfRefused } from '../null-if-refused.ts'
import { isLostAnswer } from '../strata-error.ts'
import type { Claims, FileClaim } from '../disk-images/file-claim.ts'
import type { Host } from '../hosts/host.ts'
import { placedImages } from './placed-images.ts'

/** The cloud images that new machines are made from: nobody writes to them, and only their own page deletes them. */
export async function claimsOfImages(hosts: readonly Host[]): Promise<Claims> {
  const claims = await Promise.all(hosts.map(claimsOn))
  return { claims: claims.flat(), unseen: [] } // that a host does not answer is told with its machines
}

async function claimsOn(host: Host): Promise<FileClaim[]> {
  try {
    const placed = await host.slow((connection) => nullIfRefused(placedImages(connection)))
    return (placed ?? []).map(({ imageId, path }) => ({
      ...{ hostId: host.id, path, role: 'disk' },
      owner: { kind: 'cloud-image', imageId },
    }))
  } catch (error) {
    if (!isLostAnswer(error)) throw error
    return []
  }
}
