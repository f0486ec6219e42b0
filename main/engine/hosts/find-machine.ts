import { LibvirtError, type Connection, type Domain } from 'node-libvirt'

/** The machine of this UUID; null: there is none. */
export async function findMachine(connection: Connection, uuid: string): Promise<Domain | null> {
  try {
    return await connection.domainLookupByUUID(uuid)
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'no-domain') return null
    throw error
  }
}

/** Whether a machine is defined under this UUID; one that only runs has nothing that could be undefined. */
export async function isDefined(connection: Connection, uuid: string): Promise<boolean> {
  const domain = await findMachine(connection, uuid)
  return domain !== null && (await domain.isPersistent())
}
