import type { CreationDefaults, MachineSource, Profile } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { EngineParts } from '../../engine-parts.ts'
import type { Host } from '../../hosts/host.ts'
import { isWindows } from '../form/guest-family.ts'
import { hostRoom } from '../form/host-room.ts'
import { proposeDisk, proposeMemory, proposeVcpus } from './amounts.ts'
import { proposeBoot } from './boot.ts'
import { hostChoices } from './choices.ts'
import { proposeBus, proposeDiskOptions, proposeNicModel, proposeSound, proposeVideo } from './devices.ts'
import { driversPage, findDriversMedia } from './drivers-media.ts'
import { proposeName } from './machine-name.ts'
import { networkChoices, networkGround, proposeMoreCards, proposeNetwork } from './networks.ts'
import { proposeCpu, proposeFirmware, proposeMachineType, proposeTpm } from './platform.ts'
import { proposePool } from './pool.ts'
import { fittingProfile, profileChoices, profileWishes } from './profiles.ts'
import type { ProposalGround, Proposed } from './proposal.ts'
import { proposeGuestSetup } from './setup.ts'
import { readSourceFacts, type SourceFacts } from './source-facts.ts'

type Parts = Pick<EngineParts, 'hosts' | 'folders' | 'catalogue' | 'images' | 'fileUsers'>

export interface DefaultsQuestion {
  readonly hostId: string
  /** Null: nothing is chosen yet. */
  readonly source: MachineSource | null
  /** What somebody chose; null: what the source says. */
  readonly osId: string | null
  /** Null: the one that fits the system. */
  readonly profile: Profile | null
}

/** Values with which a machine can be made as they are, each with its reason. */
export async function creationDefaults(parts: Parts, question: DefaultsQuestion): Promise<CreationDefaults> {
  const host = parts.hosts.get(question.hostId)
  const { homeDir } = parts.folders
  const accelerator = await proposeAccelerator(host)
  const pool = proposePool(host)
  const [room, network, facts] = await Promise.all([
    hostRoom(host, accelerator.value),
    networkGround(host),
    readSourceFacts(parts, host, question.source),
  ])
  const { osId, os, profile } = await settleSystem(parts, question, facts)
  const ground: ProposalGround = { room, facts, os, profile, wishes: profileWishes[profile] }
  const [drivers, setup] = await Promise.all([
    isWindows(osId.value) ? findDriversMedia(host, homeDir) : null,
    proposeGuestSetup(ground, homeDir),
  ])
  const machineType = proposeMachineType(ground)
  const nicModel = proposeNicModel(ground, drivers !== null, machineType.value)
  const firstNetwork = proposeNetwork(network)
  const nicModels = [nicModel.value, ...(facts.brought?.nicModels ?? []).slice(1)]
  return {
    name: proposeName(ground, new Set(host.inventory.machines().map(({ name }) => name))),
    osId,
    setup,
    vcpuCount: proposeVcpus(ground),
    topology: { value: null, reason: say('create.suitsSystemWindowsGets') },
    cpu: proposeCpu(ground, accelerator.value),
    memoryKiB: proposeMemory(ground),
    maxMemoryKiB: { value: null, reason: say('create.noMoreThanStarts') },
    poolUuid: { value: pool.pool?.uuid ?? null, reason: pool.reason },
    diskBytes: proposeDisk(ground, pool.pool),
    disk: proposeDiskOptions(proposeBus(ground, drivers !== null, machineType.value)),
    moreDisks: { value: [], reason: say('create.oneDiskEnoughFor') },
    network: firstNetwork,
    nicModel,
    moreNics: proposeMoreCards(ground, network, firstNetwork.value, nicModels),
    firmware: proposeFirmware(ground, machineType.value),
    tpm: proposeTpm(ground, machineType.value),
    machineType,
    accelerator,
    video: proposeVideo(ground, drivers !== null, machineType.value),
    sound: proposeSound(ground, machineType.value),
    agentChannel: { value: true, reason: say('create.guestsAgentTellsAddresses') },
    rng: { value: true, reason: say('create.newSystemFewRandom') },
    driversMedia: proposeDrivers(osId.value, drivers),
    ...proposeBoot(question.source),
    autostart: { value: false, reason: say('create.startsWhenSomebodyWants') },
    limits: {
      vcpuCount: room.abilities.of(machineType.value).maxVcpus ?? room.cpuCount,
      memoryKiB: room.memoryKiB,
      freeMemoryKiB: Math.floor(room.availableMemoryKiB),
    },
    networks: networkChoices(network),
    choices: hostChoices(room, facts),
    profiles: profileChoices,
    profile,
  }
}

async function proposeAccelerator(host: Host): Promise<CreationDefaults['accelerator']> {
  const kvm = await host.kvm()
  if (kvm.usable) return { value: 'kvm', reason: say('create.guestsRunProcessorItself') }
  return {
    value: 'emulation',
    reason: say('create.emulationSlowButWorks', { reason: kvm.reason ?? say('create.kvmDoesNotRun') }),
  }
}

/** The system that everything else follows: chosen, told by the source, or the one that the use is named for. */
async function settleSystem({ catalogue }: Parts, question: DefaultsQuestion, facts: SourceFacts) {
  const chosen = question.osId ?? facts.osId ?? (question.profile === 'windows-11' ? 'win11' : null)
  const os = chosen === null ? null : await catalogue.os(chosen)
  const osId: Proposed<string | null> = {
    value: chosen,
    reason:
      question.osId !== null
        ? say('create.youChose')
        : facts.osId !== null || chosen === null
          ? facts.osReason
          : say('create.useNamedFor'),
  }
  return { osId, os, profile: question.profile ?? fittingProfile(os, facts) }
}

function proposeDrivers(
  osId: string | null,
  drivers: CreationDefaults['driversMedia']['value'],
): CreationDefaults['driversMedia'] {
  if (drivers !== null) return { value: drivers, reason: say('create.windowsNoVirtioDrivers') }
  if (!isWindows(osId)) return { value: null, reason: say('create.driversSystem') }
  return { value: null, reason: say('create.virtiosDriversForWindows', { driversPage }) }
}
