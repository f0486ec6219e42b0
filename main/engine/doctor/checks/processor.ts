import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainCapabilitiesXml } from 'node-libvirt/xml'

import { machineRepairs, type RepairedMachine } from '../../repairs/offered-for-machine.ts'
import { stops, warns } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { guestOf } from './platform.ts'

/** The processor that the machine wants can be had here, in the way that it wants to run. */
export async function checkProcessor(examined: Examined): Promise<Cause[]> {
  const accelerator = await checkAccelerator(examined)
  if (accelerator.some(({ severity }) => severity === 'stops')) return accelerator // what else it can do here is not known then
  return [...accelerator, ...(await checkModel(examined))]
}

async function checkAccelerator(examined: Examined): Promise<Cause[]> {
  const { definition, host, machine } = examined
  if (definition.type !== 'kvm') return []
  const guest = await guestOf(examined)
  const isOffered = guest === null || guest.domainTypes.some(({ type }) => type === 'kvm')
  const { usable, reason } = await host.kvm()
  if (isOffered && usable) return []
  const told = {
    sentence: say('doctor.runKvmDoesNot', { machine: machine.name, host: host.label }),
    proof: reason ?? say('doctor.libvirtDoesNotOffer'),
    repairs: [machineRepairs.runByEmulation(machine)],
  }
  return [isOffered ? warns('kvm-unusable', told) : stops('kvm-missing', told)]
}

async function checkModel({ definition, machine, host, domainCapabilities }: Examined): Promise<Cause[]> {
  const { mode, model, check } = definition.cpu
  const known = await domainCapabilities()
  if (mode === null || known === null || known.cpuModes.length === 0) return []
  const offered = known.cpuModes.find(({ name }) => name === mode)
  if (mode !== 'custom') {
    if (offered?.isSupported !== false) return []
    return [
      stops('cpu-mode-unsupported', {
        sentence: say('doctor.processorMachinesRunEmulation', { machine: machine.name, mode }),
        repairs: wayOut(machine, known, mode),
      }),
    ]
  }
  const found = offered?.models.find(({ name }) => name === model)
  if (model === null || found?.usable === 'yes' || found?.usable === 'unknown') return []
  if (found !== undefined && check === 'none') return [] // asked for as far as it can be had
  return [
    stops('cpu-model-unusable', {
      sentence: say('doctor.processorModelCannot', { model, machine: machine.name, host: host.label }),
      proof: found === undefined ? say('doctor.qemuDoesNotKnow') : say('doctor.libvirtListsAmongThose'),
      repairs: wayOut(machine, known, model),
    }),
  ]
}

function wayOut(machine: RepairedMachine, { cpuModes, domainType }: DomainCapabilitiesXml, now: string) {
  const order = domainType === 'kvm' ? (['host-model', 'maximum'] as const) : (['maximum', 'host-model'] as const)
  return order
    .filter((mode) => cpuModes.some(({ name, isSupported }) => name === mode && isSupported === true))
    .map((mode) => machineRepairs.setCpuMode(machine, mode, now))
}
