import type { CreationDefaults, NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { systemName, type ProposalGround, type Proposed } from './proposal.ts'

/** How this system starts on this architecture; null: nobody says. */
function firmwareOf({ os, room }: ProposalGround) {
  const all = os?.firmware ?? []
  const { architecture } = room.abilities
  return all.find((each) => each.architecture === architecture) ?? all.find((each) => each.architecture === 'all')
}

export function proposeMachineType({ room, facts, os }: ProposalGround): CreationDefaults['machineType'] {
  const { machineTypes } = room.abilities
  const [best = 'q35'] = machineTypes
  const brought = facts.brought?.machineType ?? null
  if (brought !== null && machineTypes.includes(brought))
    return { value: brought, reason: say('create.asIn', { from: facts.brought?.from ?? '' }) }
  const isOlder = os !== null && !os.devices.includes('q35') && os.virtio === 'none'
  if (best === 'q35' && isOlder && machineTypes.includes('pc'))
    return { value: 'pc', reason: say('create.olderThanChipSet', { os: os.name }) }
  return {
    value: best,
    reason: best === 'virt' ? say('create.onlyKindArchitecture') : say('create.pciExpressSecureBoot'),
  }
}

export function proposeFirmware(
  ground: ProposalGround,
  machineType: NewMachine['machineType'],
): Proposed<NewMachine['firmware']> {
  const { room, facts, os, profile } = ground
  const { hasUefi, hasSecureBoot } = room.abilities.of(machineType)
  const told = firmwareOf(ground)
  if (machineType === 'virt') return { value: 'uefi', reason: say('create.thereNoBiosArchitecture') }
  const wantsSecure =
    facts.brought === null
      ? profile === 'windows-11' || told?.secureBoot === 'required'
      : facts.brought.firmware === 'uefi-secure'
  const name = profile === 'windows-11' && os === null ? 'Windows 11' : systemName(ground)
  if (wantsSecure && machineType === 'q35' && hasSecureBoot)
    return {
      value: 'uefi-secure',
      reason:
        facts.brought === null
          ? say('create.asksForSecureBoot2', { name })
          : say('create.asIn', { from: facts.brought.from }),
    }
  if (wantsSecure && hasUefi) return { value: 'uefi', reason: say('create.asksForSecureBootHost', { name }) }
  if (facts.brought?.firmware === 'uefi' && hasUefi)
    return { value: 'uefi', reason: say('create.asIn', { from: facts.brought.from }) }
  if (hasUefi && facts.boots?.bios === false) return { value: 'uefi', reason: say('create.startsUefiOnly2') }
  if (hasUefi && facts.boots?.uefi !== false && (told?.uefi === 'required' || told?.bios === 'unsupported'))
    return { value: 'uefi', reason: say('create.startsUefiOnly3', { name }) }
  return { value: 'bios', reason: say('create.everythingBootsRestorePoints') }
}

export function proposeTpm(ground: ProposalGround, machineType: NewMachine['machineType']): Proposed<boolean> {
  const { room, facts, os, profile } = ground
  const { hasTpm } = room.abilities.of(machineType)
  if (facts.brought?.tpm === true) return { value: hasTpm, reason: say('create.asIn', { from: facts.brought.from }) }
  const isAsked = profile === 'windows-11' || os?.tpm === 'required'
  if (!isAsked) return { value: false, reason: say('create.nothingHereAsksFor') }
  const name = os?.name ?? 'Windows 11'
  return hasTpm
    ? { value: true, reason: say('create.asksForTpm20', { name }) }
    : { value: false, reason: say('create.asksForTpmHost', { name }) }
}

export function proposeCpu(
  { room }: ProposalGround,
  accelerator: NewMachine['accelerator'],
): Proposed<NewMachine['cpu']> {
  const { cpuModes } = room.abilities.of(undefined)
  // The default CPU of an emulated PC is so old that newer systems refuse it.
  if (accelerator === 'emulation' && cpuModes.has('maximum'))
    return { value: { mode: 'maximum' }, reason: say('create.allEmulationCanDo') }
  if (cpuModes.has('host-passthrough'))
    return { value: { mode: 'host-passthrough' }, reason: say('create.allHostsOwnProcessor') }
  return { value: { mode: 'host-model' }, reason: say('create.muchHostsProcessorLibvirt') }
}
