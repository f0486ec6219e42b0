import type { MachineRef } from '@strata/contract/references.ts'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { variablesOf } from './firmware-variables.ts'
import type { KeptVariables } from './kept-variables.ts'
import type { MachineNow } from './machine-now.ts'

/** What a point taken now would not hold of the machine, to be told before. */
export async function takeNotices(host: Host, now: MachineNow): Promise<string[]> {
  const variables = await variablesOf(host, now)
  const notices: string[] = []
  if (variables.kind === 'out-of-reach')
    notices.push(
      `${variables.sentence} They are not kept with the point: boot entries and Secure Boot keys stay as they are when you go back.`,
    )
  if (hasTpm(now))
    notices.push(
      'The state of the TPM is not kept with the point. A disk that is unlocked by the TPM may ask for its recovery key when you go back.',
    )
  return notices
}

/** What going back would leave as it is now. */
export async function backNotices(
  host: Host,
  now: MachineNow,
  point: DomainSnapshotXml,
  kept: KeptVariables,
): Promise<string[]> {
  const variables = await variablesOf(host, now)
  const notices: string[] = []
  if (variables.kind === 'out-of-reach') notices.push(`${variables.sentence} They stay as they are now.`)
  if (variables.kind === 'file' && (await kept.read(refOf(host, now), point)) === null)
    notices.push('The UEFI variables were not kept with this point. They stay as they are now.')
  if (hasTpm(now))
    notices.push(
      'The state of the TPM stays as it is now. A disk that is unlocked by the TPM may ask for its recovery key.',
    )
  return notices
}

const refOf = (host: Host, { machine }: MachineNow): MachineRef => ({ hostId: host.id, uuid: machine.uuid })

const hasTpm = ({ stored }: MachineNow) => stored.devices.tpms.some(({ backend }) => backend === 'emulator')
