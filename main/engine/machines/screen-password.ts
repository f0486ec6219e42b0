import type { DomainXml } from 'node-libvirt/xml'

import { randomScreenPassword } from '../console/screen-password.ts'

type Machine = Pick<DomainXml, 'devices'>

/** Takes the passwords of its screens out. True: there was one. */
export function withoutScreenPasswords(machine: Machine): boolean {
  const guarded = machine.devices.graphics.filter(({ password }) => password !== null)
  for (const screen of guarded) screen.password = null
  return guarded.length > 0
}

/** A screen that listens on a port must not come back open. */
export function guardScreens(machine: Machine): void {
  const open = machine.devices.graphics.filter(
    (screen) => screen.type === 'vnc' && !screen.listens.some(({ type }) => type === 'socket'),
  )
  for (const screen of open) screen.password = randomScreenPassword()
}
