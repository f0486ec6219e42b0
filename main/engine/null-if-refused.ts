import { LibvirtError } from 'node-libvirt'

/** For questions that not every driver or guest can answer: its no is null. That the connection is gone is an error still. */
export async function nullIfRefused<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof LibvirtError) return null
    throw error
  }
}
