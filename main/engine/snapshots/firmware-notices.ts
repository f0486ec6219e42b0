import type { MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { DomainSnapshotXml } from 'node-libvirt/xml'

import type { Host } from '../hosts/host.ts'
import { variablesOf } from './firmware-variables.ts'
import type { KeptVariables } from './kept-variables.ts'
import type { MachineNow } from './machine-now.ts'

/** What a point taken now would not hold of the machine, to be told before. */
export async function takeNotices(host: Host, now: MachineNow): Promise<Said[]> {
  const variables = await variablesOf(host, now)
  const notices: Said[] = []
  if (variables.kind === 'out-of-reach')
    notices.push(say('snapshots.theyNotKeptPoint', { sentence: variables.sentence }))
  if (hasTpm(now)) notices.push(say('snapshots.stateTpmNotKept'))
  return notices
}

/** What going back would leave as it is now. */
export async function backNotices(
  host: Host,
  now: MachineNow,
  point: DomainSnapshotXml,
  kept: KeptVariables,
): Promise<Said[]> {
  const variables = await variablesOf(host, now)
  const notices: Said[] = []
  if (variables.kind === 'out-of-reach')
    notices.push(say('snapshots.theyStayTheyNow', { sentence: variables.sentence }))
  if (variables.kind === 'file' && (await kept.read(refOf(host, now), point)) === null)
    notices.push(say('snapshots.uefiVariablesNotKept'))
  if (hasTpm(now)) notices.push(say('snapshots.stateTpmStaysNow'))
  return notices
}

const refOf = (host: Host, { machine }: MachineNow): MachineRef => ({ hostId: host.id, uuid: machine.uuid })

const hasTpm = ({ stored }: MachineNow) => stored.devices.tpms.some(({ backend }) => backend === 'emulator')
