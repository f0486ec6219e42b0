import type { CreationDefaults, NewMachine } from '@strata/contract/create.ts'

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
    return { value: brought, reason: `As in ${facts.brought?.from ?? ''}.` }
  const isOlder = os !== null && !os.devices.includes('q35') && os.virtio === 'none'
  if (best === 'q35' && isOlder && machineTypes.includes('pc'))
    return { value: 'pc', reason: `${os.name} is older than the chip set q35.` }
  return {
    value: best,
    reason: best === 'virt' ? 'The only kind on this architecture.' : 'With PCI Express; secure boot needs it.',
  }
}

export function proposeFirmware(
  ground: ProposalGround,
  machineType: NewMachine['machineType'],
): Proposed<NewMachine['firmware']> {
  const { room, facts, os, profile } = ground
  const { hasUefi, hasSecureBoot } = room.abilities.of(machineType)
  const told = firmwareOf(ground)
  if (machineType === 'virt') return { value: 'uefi', reason: 'There is no BIOS on this architecture.' }
  const wantsSecure =
    facts.brought === null
      ? profile === 'windows-11' || told?.secureBoot === 'required'
      : facts.brought.firmware === 'uefi-secure'
  const name = profile === 'windows-11' && os === null ? 'Windows 11' : systemName(ground)
  if (wantsSecure && machineType === 'q35' && hasSecureBoot)
    return {
      value: 'uefi-secure',
      reason: facts.brought === null ? `${name} asks for secure boot.` : `As in ${facts.brought.from}.`,
    }
  if (wantsSecure && hasUefi)
    return { value: 'uefi', reason: `${name} asks for secure boot, which this host cannot give.` }
  if (facts.brought?.firmware === 'uefi' && hasUefi) return { value: 'uefi', reason: `As in ${facts.brought.from}.` }
  if (hasUefi && facts.boots?.bios === false) return { value: 'uefi', reason: 'It starts on UEFI only.' }
  if (hasUefi && facts.boots?.uefi !== false && (told?.uefi === 'required' || told?.bios === 'unsupported'))
    return { value: 'uefi', reason: `${name} starts on UEFI only.` }
  return { value: 'bios', reason: 'Everything boots on it, and restore points can be taken while the machine runs.' }
}

export function proposeTpm(ground: ProposalGround, machineType: NewMachine['machineType']): Proposed<boolean> {
  const { room, facts, os, profile } = ground
  const { hasTpm } = room.abilities.of(machineType)
  if (facts.brought?.tpm === true) return { value: hasTpm, reason: `As in ${facts.brought.from}.` }
  const isAsked = profile === 'windows-11' || os?.tpm === 'required'
  if (!isAsked) return { value: false, reason: 'Nothing here asks for one.' }
  const name = os?.name ?? 'Windows 11'
  return hasTpm
    ? { value: true, reason: `${name} asks for a TPM 2.0.` }
    : { value: false, reason: `${name} asks for a TPM, which this host cannot give.` }
}

export function proposeCpu(
  { room }: ProposalGround,
  accelerator: NewMachine['accelerator'],
): Proposed<NewMachine['cpu']> {
  const { cpuModes } = room.abilities.of(undefined)
  // The default CPU of an emulated PC is so old that newer systems refuse it.
  if (accelerator === 'emulation' && cpuModes.has('maximum'))
    return { value: { mode: 'maximum' }, reason: 'All that emulation can do.' }
  if (cpuModes.has('host-passthrough'))
    return { value: { mode: 'host-passthrough' }, reason: 'All that the host’s own processor can do.' }
  return { value: { mode: 'host-model' }, reason: 'As much of the host’s processor as libvirt knows.' }
}
