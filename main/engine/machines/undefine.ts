import { LibvirtError, type Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { versionAtLeast } from '../libvirt-version.ts'

type UndefineFlags = Parameters<Domain['undefineFlags']>[0]

/** Whether the firmware's variables and the TPM's state, which belong to the machine as a disk does, go with the definition. */
export interface OwnState {
  readonly variables: 'delete' | 'keep'
  readonly tpm: 'delete' | 'keep'
}

export const keepOwnState: OwnState = { variables: 'keep', tpm: 'keep' }
export const deleteOwnState: OwnState = { variables: 'delete', tpm: 'delete' }

/**
 * Forgets a machine that is off. libvirt wants a flag for each thing that hangs on the definition, and drivers refuse
 * flags that they do not know: so each is sent only where the thing exists.
 *
 * | there is                  | flag                                      |
 * |---------------------------|-------------------------------------------|
 * | restore points            | snapshots-metadata (the data stays in the images) |
 * | checkpoints               | checkpoints-metadata                      |
 * | a saved state             | managed-save (deletes it)                 |
 * | UEFI                      | nvram, or keep-nvram                      |
 * | an emulated TPM           | tpm, or keep-tpm (since 8.9)              |
 */
export async function undefineMachine(domain: Domain, ownState: OwnState): Promise<void> {
  const definition = DomainXml.parse(await domain.getXMLDesc(['inactive']))
  const flags: UndefineFlags[number][] = []
  if ((await domain.snapshotNum()) > 0) flags.push('snapshots-metadata')
  if (await hasCheckpoints(domain)) flags.push('checkpoints-metadata')
  if (await domain.hasManagedSaveImage()) flags.push('managed-save')
  if (hasFirmwareVariables(definition)) flags.push(ownState.variables === 'delete' ? 'nvram' : 'keep-nvram')
  if (hasTpmState(definition) && versionAtLeast(await domain.connection.getLibVersion(), keepsTpmSince)) {
    flags.push(ownState.tpm === 'delete' ? 'tpm' : 'keep-tpm')
  }
  await domain.undefineFlags(flags)
}

/** Older daemons delete the state of a TPM with the definition, whatever they are told. */
export const keepsTpmSince = '8.9.0'

export const hasTpmState = ({ devices }: DomainXml) => devices.tpms.some((tpm) => tpm.backend === 'emulator')

export function hasFirmwareVariables({ os }: Pick<DomainXml, 'os'>): boolean {
  return os.firmware === 'efi' || os.loader.type === 'pflash' || os.nvram.path !== null
}

async function hasCheckpoints(domain: Domain): Promise<boolean> {
  try {
    const { ret } = await domain.connection.call('domainListAllCheckpoints', {
      dom: domain.ref,
      need_results: 0,
      flags: 0,
    })
    return ret > 0
  } catch (error) {
    if (error instanceof LibvirtError && (error.code === 'no-support' || error.code === 'rpc')) return false // older than 5.6
    throw error
  }
}
