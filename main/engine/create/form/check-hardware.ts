import { checkAccelerator } from './check-accelerator.ts'
import { checkDevices } from './check-devices.ts'
import { checkFirmware } from './check-firmware.ts'
import type { CheckGround } from './check-ground.ts'
import { checkMemory } from './check-memory.ts'
import { checkProcessors } from './check-processors.ts'
import type { Finding, PartialForm } from './findings.ts'

/** What the machine is to be, against what the host has and what the system needs. */
export function checkHardware(form: PartialForm, ground: CheckGround): Finding[] {
  return [
    ...checkProcessors(form, ground),
    ...checkMemory(form, ground),
    ...checkFirmware(form, ground),
    ...checkAccelerator(form, ground),
    ...checkDevices(form, ground),
  ]
}
