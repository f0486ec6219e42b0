import type { Cause } from '@strata/contract/doctor.ts'
import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { readListeners, type Listener } from '../../networks/listeners.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'

interface WantedPort {
  readonly device: RepairActionOf<'change-port'>['device']
  readonly port: number
  readonly address: string
}

/** The TCP ports that the machine is to listen on are free. */
export async function checkPorts(examined: Examined): Promise<Cause[]> {
  const { definition, machine, files, isActive } = examined
  if (files === null || isActive) return []
  const wanted = wantedPorts(definition)
  if (wanted.length === 0) return []
  const listeners = await readListeners(files)
  const taken = wanted.filter((each) => listeners.some((listener) => isSame(each, listener)))
  if (taken.length === 0) return []
  const others = await examined.others()
  return taken.map(({ device, port, address }) => {
    const holder = others.find((other) => wantedPorts(other.definition).some((each) => each.port === port))
    return stops('port-taken', {
      sentence:
        device === 'serial'
          ? say('doctor.serialPortListenPort', { machine: machine.name, port: String(port) })
          : say('doctor.screenListenPortTaken', { machine: machine.name, port: String(port) }),
      proof:
        holder === undefined
          ? address === ''
            ? say('doctor.anotherProgramListensAll', { port: String(port) })
            : say('doctor.anotherProgramListensPort', { address, port: String(port) })
          : say('doctor.runningListens', { machine: holder.machine.name }),
      repairs: [machineRepairs.changePort(machine, device, port)],
    })
  })
}

/** Ports that are fixed; of a running machine also those that libvirt chose. */
export function wantedPorts({ devices, id }: DomainXml): WantedPort[] {
  const screens = devices.graphics.flatMap((screen) => {
    const { type, port, tlsPort, listens, listenAddress } = screen
    const isChosen = screen.autoPort === true && id === null
    const listen = listens[0]
    if ((type !== 'vnc' && type !== 'spice') || isChosen || listen?.type === 'socket' || listen?.type === 'none')
      return []
    const address = listen?.address ?? listenAddress ?? '127.0.0.1'
    return [port, tlsPort]
      .filter((each) => each !== null && each > 0)
      .map((each) => ({ device: type, port: each, address }))
  })
  const serials = devices.serials.flatMap(({ type, source }) => {
    const port = Number(source.service)
    if (type !== 'tcp' || source.mode !== 'bind' || !Number.isInteger(port) || port < 1) return []
    return [{ device: 'serial' as const, port, address: source.host ?? '' }]
  })
  return [...screens, ...serials] as WantedPort[]
}

/** Who listens on all addresses keeps everybody else from the port. An address that is a name may be any. */
function isSame(wanted: WantedPort, listener: Listener): boolean {
  if (wanted.port !== listener.port) return false
  const isAny = (address: string) => address === '' || address === '0.0.0.0' || address === '::'
  return (
    isAny(listener.address) ||
    isAny(wanted.address) ||
    wanted.address === listener.address ||
    wanted.address === 'localhost'
  )
}
