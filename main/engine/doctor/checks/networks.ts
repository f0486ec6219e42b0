import type { Cause } from '@strata/contract/doctor.ts'
import type { Repair } from '@strata/contract/repairs.ts'
import { say } from '@strata/contract/words/say.ts'
import type { DomainInterface } from 'node-libvirt/xml'

import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { stops, warns } from '../causes.ts'
import type { Examined } from '../examined.ts'
import { presenceOf } from '../../hosts/place/files-of.ts'
import { bridgeListPath, readBridgeHelper, whyNotOnBridge } from '../../networks/bridge-helper.ts'

/** What each network card is plugged into is there and up, and its address is its own. */
export async function checkNetworks(examined: Examined): Promise<Cause[]> {
  const lists = await Promise.all(examined.definition.devices.interfaces.map((card) => checkCard(examined, card)))
  return [...lists.flat(), ...(await checkAddresses(examined))]
}

async function checkCard(examined: Examined, card: DomainInterface): Promise<Cause[]> {
  if (card.type === 'network') return checkNetwork(examined, card)
  if (card.type === 'bridge') return checkBridge(examined, card)
  if (card.type !== 'direct' || card.source.device === null) return []
  if (!(await isMissing(examined, card.source.device))) return []
  return [
    stops('network-device-missing', {
      sentence: say('doctor.networkCardComputerPlugged', {
        device: card.source.device,
        machine: examined.machine.name,
      }),
      repairs: elsewhere(examined, card),
    }),
  ]
}

function checkNetwork(examined: Examined, card: DomainInterface): Cause[] {
  const { host } = examined
  const name = card.source.network
  if (name === null) return []
  const network = host.inventory.networks().find((each) => each.name === name)
  if (network === undefined) {
    const make = name === 'default' && host.address.scope !== 'session' ? repairs.makeDefaultNetwork(host.id) : null
    return [
      stops('network-missing', {
        sentence: say('doctor.networkDoesNotExist', { name, host: host.label }),
        repairs: [make, ...elsewhere(examined, card)],
      }),
    ]
  }
  if (network.active) return []
  return [
    stops('network-inactive', {
      sentence: say('doctor.networkNotActive', { name }),
      repairs: [repairs.startNetwork(host.id, network), ...elsewhere(examined, card)],
    }),
  ]
}

async function checkBridge(examined: Examined, card: DomainInterface): Promise<Cause[]> {
  const { host, machine } = examined
  const name = card.source.bridge
  if (name === null) return []
  if (await isMissing(examined, name)) {
    const make = host.address.scope === 'system' ? repairs.makeBridge(host, name) : null
    return [
      stops('bridge-missing', {
        sentence: say('doctor.bridgePluggedIntoDoes', { name, machine: machine.name, host: host.label }),
        repairs: [make, ...elsewhere(examined, card)],
      }),
    ]
  }
  if (examined.files === null || host.address.scope !== 'session') return []
  const helper = await readBridgeHelper(examined.files)
  const proof = whyNotOnBridge(helper, name)
  if (proof === null) return []
  return [
    stops('bridge-not-permitted', {
      sentence: say('doctor.machinesYourOwnMay', { name }),
      proof,
      repairs: [
        ...elsewhere(examined, card),
        repairs.byHand(
          say('doctor.allowBridge', { name }),
          say('doctor.letsEveryUserComputer'),
          `sudo sh -c 'mkdir -p /etc/qemu && echo "allow ${name}" >> ${bridgeListPath} && chmod u+s ${helper.path ?? '/usr/lib/qemu/qemu-bridge-helper'}'`,
        ),
      ],
    }),
  ]
}

async function isMissing({ files }: Examined, name: string): Promise<boolean> {
  return (
    files !== null && /^[^/]{1,15}$/.test(name) && (await presenceOf(files, `/sys/class/net/${name}`)) === 'missing'
  )
}

/** Other places for the card: a network that is up, and QEMU's own, which is always there. */
function elsewhere({ host, machine }: Examined, { macAddress }: DomainInterface): Repair[] {
  if (macAddress === null) return []
  const up = host.inventory.networks().filter(({ active }) => active)
  const best = up.find(({ forward }) => forward === 'nat') ?? up[0]
  const to = best === undefined ? [] : [{ kind: 'network' as const, networkName: best.name }]
  return [...to, { kind: 'user' as const }].map((each) => machineRepairs.replugCard(machine, macAddress, each))
}

/** Two cards of one address on one network take each other's packets. */
async function checkAddresses({ definition, machine, isActive, others }: Examined): Promise<Cause[]> {
  if (isActive) return []
  const own = definition.devices.interfaces
  if (own.length === 0) return []
  const running = await others()
  return own.flatMap((card, at) => {
    if (card.macAddress === null || card.type === 'user') return []
    const isSame = (other: DomainInterface) =>
      other.macAddress?.toLowerCase() === card.macAddress?.toLowerCase() && placeOf(other) === placeOf(card)
    const twin = own.slice(0, at).some(isSame)
      ? machine
      : running.find((other) => other.definition.devices.interfaces.some(isSame))?.machine
    if (twin === undefined) return []
    return [
      warns('mac-address-taken', {
        sentence:
          twin === machine
            ? say('doctor.twoNetworkCardsAddress', { twin: twin.name, macAddress: card.macAddress })
            : say('doctor.runningNetworkCardAddress', { twin: twin.name, macAddress: card.macAddress }),
        repairs: [machineRepairs.newMacAddress(machine, card.macAddress)],
      }),
    ]
  })
}

const placeOf = ({ source, type }: DomainInterface) => source.network ?? source.bridge ?? source.device ?? type
