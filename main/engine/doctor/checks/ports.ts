import { readFile } from 'node:fs/promises'

import type { Cause } from '@strata/contract/doctor.ts'
import type { RepairActionOf } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { stops } from '../causes.ts'
import type { Examined } from '../examined.ts'

interface WantedPort {
  readonly device: RepairActionOf<'change-port'>['device']
  readonly port: number
  readonly address: string
}

/** The TCP ports that the machine is to listen on are free. */
export async function checkPorts(examined: Examined): Promise<Cause[]> {
  const { definition, machine, seesFiles, isActive } = examined
  if (!seesFiles || isActive) return []
  const wanted = wantedPorts(definition)
  if (wanted.length === 0) return []
  const listeners = await readListeners()
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

interface Listener {
  readonly port: number
  /** Empty: on all addresses. */
  readonly address: string
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

async function readListeners(): Promise<Listener[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')), // no IPv6 here
  )
  return tables.flatMap(parseListeners)
}

const listening = '0A'

/** @param table as the kernel writes it: addresses in hex, each group of four bytes turned around */
export function parseListeners(table: string): Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address, port] = local.split(':')
    if (state !== listening || address === undefined || port === undefined) return []
    return [{ address: addressOf(address), port: Number.parseInt(port, 16) }]
  })
}

function addressOf(hex: string): string {
  if (/^0*$/.test(hex)) return ''
  const bytes = [...Buffer.from(hex, 'hex')]
  const turned = Array.from({ length: bytes.length / 4 }, (_, at) =>
    bytes.slice(at * 4, at * 4 + 4).toReversed(),
  ).flat()
  if (turned.length === 4) return turned.join('.')
  if (turned.slice(0, 15).every((byte) => byte === 0) && turned[15] === 1) return '::1'
  const isFour = turned.slice(0, 10).every((byte) => byte === 0) && turned[10] === 0xff && turned[11] === 0xff
  if (isFour) return turned.slice(12).join('.')
  return Array.from({ length: 8 }, (_, at) =>
    (((turned[at * 2] ?? 0) << 8) | (turned[at * 2 + 1] ?? 0)).toString(16),
  ).join(':')
}
