import { randomInt } from 'node:crypto'

import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { virsh } from '../definitions/terminal-lines.ts'
import type { ToldTo } from '../definitions/told-change.ts'
import type { Host } from '../hosts/host.ts'
import { filesOf } from '../hosts/place/files-of.ts'
import { readListeners } from '../networks/listeners.ts'
import { StrataError } from '../strata-error.ts'
import { editDefinition } from './edit-definition.ts'

/** libvirt chooses a screen's port by itself; for a serial port one is taken that is free now. */
export async function changePort(
  history: ToldTo,
  host: Host,
  { uuid, device, port }: RepairActionOf<'change-port'>,
): Promise<void> {
  const free = device === 'serial' ? await freePort(host) : null
  const { name } = host.inventory.requireMachine(uuid)
  const words = {
    title:
      free === null
        ? say('repairs.screensPortChosenLibvirt')
        : say('repairs.serialPortListens', { port: String(free) }),
    lines: [virsh(host.uri, 'edit', name)],
  }
  await editDefinition(history, host, uuid, words, (definition) => {
    const found = free === null ? letChoose(definition, device, port) : moveSerial(definition, port, free)
    if (!found) throw new StrataError('wrong-state', say('repairs.doesNotUsePort', { port: String(port) }))
  })
}

function letChoose({ devices }: DomainXml, type: string, port: number): boolean {
  const screens = devices.graphics.filter((each) => each.type === type && (each.port === port || each.tlsPort === port))
  for (const screen of screens) {
    screen.port = -1
    screen.tlsPort = null
    screen.autoPort = true
  }
  return screens.length > 0
}

/** libvirt lists the first serial port once more as the console: both have to say the same. */
function moveSerial({ devices }: DomainXml, from: number, to: number): boolean {
  const ports = [...devices.serials, ...devices.consoles].filter(
    ({ type, source }) => type === 'tcp' && source.service === String(from),
  )
  for (const { source } of ports) source.service = String(to)
  return ports.length > 0
}

/** Where systems give ports to nobody by themselves. */
const [lowestPort, highestPort] = [10_000, 32_000]

/** One that nobody on the host listens on now; where that cannot be seen, somebody has to choose. */
async function freePort(host: Host): Promise<number> {
  const taken = new Set((await readListeners(filesOf(host))).map(({ port }) => port))
  const free = Array.from({ length: highestPort - lowestPort }, (_, at) => lowestPort + at).filter(
    (at) => !taken.has(at),
  )
  const chosen = free[randomInt(Math.max(1, free.length))]
  if (chosen === undefined) throw new StrataError('internal', say('repairs.noFreePortCould'))
  return chosen
}
