import { randomBytes } from 'node:crypto'

import type { DefinitionClash } from '@strata/contract/imports.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainXml } from 'node-libvirt/xml'

import { freeName } from '../../storage/free-name.ts'
import { mended } from './element-edit.ts'
import type { HostPicture } from './host-picture.ts'

/** Name, UUID and MAC addresses are each one machine's alone. */
export function mendIdentity(domain: DomainXml, { host }: HostPicture): DefinitionClash[] {
  const machines = host.inventory.machines()
  return [
    ...mendName(domain, new Set(machines.map(({ name }) => name))),
    ...mendUuid(domain, new Map(machines.map(({ uuid, name }) => [uuid, name]))),
    ...mendMacs(
      domain,
      new Map(
        machines.flatMap(({ name, macAddresses }) => macAddresses.map((mac) => [mac.toLowerCase(), name] as const)),
      ),
    ),
  ]
}

function mendName(domain: DomainXml, taken: ReadonlySet<string>): DefinitionClash[] {
  const { name } = domain
  const wanted = name === null || name.trim() === '' ? null : name
  if (wanted !== null && !taken.has(wanted)) return []
  domain.name = freeName(wanted ?? 'imported', (each) => taken.has(each))
  const change = say('imports.itIsCalled', { domain: domain.name })
  return wanted === null
    ? [mended('name-missing', say('imports.machineNoName'), change)]
    : [mended('name-taken', say('imports.thereAlreadyMachine', { wanted }), change)]
}

/** Defining it with that UUID would overwrite the other machine. */
function mendUuid(domain: DomainXml, taken: ReadonlyMap<string, string>): DefinitionClash[] {
  const owner = taken.get(plainUuid(domain.uuid ?? ''))
  if (owner === undefined) return []
  domain.uuid = null
  return [mended('uuid-taken', say('imports.itsUuidIsThat', { owner }), say('imports.getsNewOne'))]
}

/** libvirt takes capital letters, and any number of dashes. */
function plainUuid(uuid: string): string {
  const digits = uuid.toLowerCase().replace(/[^0-9a-f]/g, '')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function mendMacs(domain: DomainXml, taken: ReadonlyMap<string, string>): DefinitionClash[] {
  const owners = new Map(taken)
  return domain.devices.interfaces.flatMap((each) => {
    const mac = each.macAddress?.toLowerCase()
    if (mac === undefined) return []
    const owner = owners.get(mac)
    owners.set(mac, '')
    if (owner === undefined) return []
    each.macAddress = newMac(owners)
    return [
      mended(
        'mac-taken',
        taken.has(mac)
          ? say('imports.addressNetworkCardBelongs', { mac, owner })
          : say('imports.addressNetworkCardBelongsAnother', { mac }),
        say('imports.theCardHas', { macAddress: each.macAddress }),
      ),
    ]
  })
}

/** In QEMU's own range, as libvirt makes them. */
function newMac(taken: ReadonlyMap<string, string>): string {
  for (;;) {
    const mac = ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':')
    if (!taken.has(mac)) return mac
  }
}
