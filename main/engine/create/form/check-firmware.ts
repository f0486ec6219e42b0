import type { NewMachine } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { whyNoFirmware } from '../proposals/choices.ts'

/** Chip set, firmware and TPM: what they are together, and what the system asks for. */
export function checkFirmware(form: PartialForm, ground: CheckGround): Finding[] {
  return [...checkMachineType(form, ground), ...checkKind(form, ground), ...checkTpm(form, ground)]
}

function checkMachineType({ machineType }: PartialForm, { room }: CheckGround): Finding[] {
  const { machineTypes, architecture } = room.abilities
  const [best] = machineTypes
  if (machineType === undefined || machineTypes.includes(machineType)) return []
  return [
    stopping(
      'machineType',
      'unsupported',
      say('create.runsNoMachinesType', { hostLabel: room.hostLabel, machineType, architecture }),
      {
        suggestion: best === undefined ? null : { machineType: best },
      },
    ),
  ]
}

function checkKind({ firmware, machineType }: PartialForm, ground: CheckGround): Finding[] {
  if (firmware === undefined) return []
  const { room } = ground
  const whyNot = whyNoFirmware(firmware, room)
  if (whyNot !== null) {
    const isMissing = firmware !== 'bios' && room.abilities.machineTypes.includes('q35')
    return [
      stopping('firmware', 'unsupported', whyNot, {
        suggestion: { firmware: insteadOf(firmware, ground) },
        repairs: isMissing ? [...ground.install(['ovmf'])] : [],
      }),
    ]
  }
  if (firmware === 'uefi-secure' && machineType !== undefined && machineType !== 'q35') {
    return [
      stopping('firmware', 'invalid-input', say('create.secureBootNeedsMachine', { machineType }), {
        suggestion: room.abilities.machineTypes.includes('q35') ? { machineType: 'q35' } : { firmware: 'uefi' },
      }),
    ]
  }
  if (firmware === 'bios' && machineType === 'virt') {
    return [
      stopping('firmware', 'invalid-input', say('create.machinesTypeVirtNo'), {
        suggestion: { firmware: 'uefi' },
      }),
    ]
  }
  return checkSystem(firmware, ground)
}

function insteadOf(firmware: NewMachine['firmware'], { room }: CheckGround): NewMachine['firmware'] {
  if (firmware === 'bios') return 'uefi'
  return firmware === 'uefi-secure' && whyNoFirmware('uefi', room) === null ? 'uefi' : 'bios'
}

/** What is told of the system is not always true of every medium of it: it may be tried. */
function checkSystem(firmware: NewMachine['firmware'], { room, os }: CheckGround): Finding[] {
  const told = os?.firmware.find(({ architecture }) => architecture === room.abilities.architecture)
  if (os === null || told === undefined) return []
  if (firmware === 'bios' && (told.uefi === 'required' || told.bios === 'unsupported')) {
    const wanted = told.secureBoot === 'required' ? 'uefi-secure' : 'uefi'
    const suggestion = whyNoFirmware(wanted, room) === null ? ({ firmware: wanted } as const) : null
    return [warning('firmware', say('create.startsUefiOnly', { os: os.name }), { suggestion })]
  }
  if (firmware !== 'bios' && told.uefi === 'unsupported')
    return [warning('firmware', say('create.startsBiosOnly', { os: os.name }), { suggestion: { firmware: 'bios' } })]
  if (firmware !== 'uefi-secure' && told.secureBoot === 'required') {
    const suggestion = whyNoFirmware('uefi-secure', room) === null ? { firmware: 'uefi-secure' as const } : null
    return [warning('firmware', say('create.asksForSecureBoot', { os: os.name }), { suggestion })]
  }
  if (firmware === 'uefi-secure' && told.secureBoot === 'unsupported')
    return [
      warning('firmware', say('create.doesNotStartSecure', { os: os.name }), { suggestion: { firmware: 'uefi' } }),
    ]
  return []
}

function checkTpm({ tpm, machineType }: PartialForm, { room, os, install }: CheckGround): Finding[] {
  const { hasTpm } = room.abilities.of(machineType)
  const missing = () => ({ repairs: [...install(['swtpm', 'swtpm-tools'])] })
  if (tpm === true && !hasTpm) {
    return [
      stopping('tpm', 'unsupported', say('create.noProgramPlaysTpm', { hostLabel: room.hostLabel }), {
        ...missing(),
        suggestion: { tpm: false },
      }),
    ]
  }
  if (tpm !== false || os?.tpm !== 'required') return []
  return [
    warning('tpm', say('create.asksForTpmWhen', { os: os.name }), {
      ...(hasTpm ? { suggestion: { tpm: true } } : missing()),
    }),
  ]
}
