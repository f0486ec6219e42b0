import type { NewNic } from '@strata/contract/create.ts'
import type { DomainDevices, DomainInterface, FieldsOf } from 'node-libvirt/xml'

import type { BootPlaces } from '../sources/boot-places.ts'
import type { SettledMachine } from './definition.ts'
import { cardsOf } from '../form/network-cards.ts'

export function addCards(
  { interfaces }: DomainDevices,
  { wanted, macAddress }: SettledMachine,
  places: BootPlaces,
): void {
  cardsOf(wanted).forEach(({ source, model }, index) => {
    interfaces.add({
      ...plugOf(source),
      ...(index === 0 && macAddress !== null && { macAddress }),
      model,
      bootOrder: places.cards[index],
    })
  })
}

function plugOf(source: NewNic['source']): FieldsOf<typeof DomainInterface.properties> {
  switch (source.kind) {
    case 'network':
      return { type: 'network', source: { network: source.networkName } }
    case 'bridge':
      return { type: 'bridge', source: { bridge: source.bridgeName } }
    case 'macvtap':
      // Machines on the same card reach each other too, which the kernel does by itself.
      return { type: 'direct', source: { device: source.deviceName, mode: 'bridge' } }
    case 'user':
    case 'none':
      return { type: 'user' }
  }
}
