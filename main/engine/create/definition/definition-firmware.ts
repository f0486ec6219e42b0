import type { DomainXml } from 'node-libvirt/xml'

import type { SettledMachine } from './definition.ts'

/** Firmware, what it keeps, what it starts, and the TPM that it measures into. libvirt picks the firmware's files by what is asked of it. */
export function setFirmware(domain: DomainXml, { wanted, variablesPath, directBoot }: SettledMachine): void {
  const { os } = domain
  if (wanted.firmware !== 'bios') {
    const isSecure = wanted.firmware === 'uefi-secure'
    os.firmware = 'efi'
    os.firmwareFeatures.add({ name: 'secure-boot', enabled: isSecure })
    if (isSecure) {
      // Without keys in it secure boot would be there and check nothing.
      os.firmwareFeatures.add({ name: 'enrolled-keys', enabled: true })
      domain.features.smm = true
    }
  }
  if (variablesPath !== null) os.nvram.path = variablesPath
  if (directBoot !== null) {
    os.kernelPath = directBoot.kernelPath
    os.initrdPath = directBoot.initrdPath
    os.kernelCommandLine = directBoot.commandLine
  }
  if (wanted.tpm) domain.devices.tpms.add({ model: tpmModels[wanted.machineType], backend: 'emulator', version: '2.0' })
}

/** The newer interface where libvirt knows it for the machine type; the old one is everywhere. */
const tpmModels = { q35: 'tpm-crb', pc: 'tpm-tis', virt: 'tpm-tis' } as const
