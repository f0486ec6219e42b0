import { LibvirtError, type LibvirtErrorCode } from 'node-libvirt'

const goneCodes = new Set<LibvirtErrorCode>(['no-domain', 'no-network', 'no-storage-pool', 'no-storage-vol'])

/** Things come and go while they are read; that is no error. */
export async function orNullWhenGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof LibvirtError && goneCodes.has(error.code)) return null
    throw error
  }
}
