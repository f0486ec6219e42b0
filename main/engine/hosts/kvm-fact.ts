import type { HostFacts } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'

import type { AcceleratorOffer } from './host-facts.ts'
import type { HostDefinition } from './host-definition.ts'
import type { KvmFinding, KvmTrial } from './kvm-trial.ts'

export type KvmFact = HostFacts['kvm']

export const kvmNotYetKnown: KvmFact = {
  usable: false,
  reason: say('hosts.strataStillFindingOut'),
}

/** Whether guests of this host run on the processor itself; the reason speaks when they do not. */
export async function learnKvm(
  kind: HostDefinition['kind'],
  offer: AcceleratorOffer,
  trial: KvmTrial,
): Promise<KvmFact> {
  if (kind === 'test') return { usable: false, reason: say('hosts.libvirtsTestDriverMachines') }
  if (offer.emulator === null)
    return { usable: false, reason: say('hosts.noQemuForInstalled', { architecture: offer.architecture }) }
  const canTry = kind !== 'remote' && offer.architecture === 'x86_64'
  const finding: KvmFinding = canTry ? await trial.find(offer.emulator) : { outcome: 'untried', detail: null }
  return kvmFact(kind, offer, finding)
}

/** The trial's word counts more than libvirt's, which tells only what is offered. */
export function kvmFact(kind: HostDefinition['kind'], offer: AcceleratorOffer, finding: KvmFinding): KvmFact {
  const notOffered = { usable: false, reason: say('hosts.libvirtDoesNotOffer') }
  switch (finding.outcome) {
    case 'works':
      return offer.offersKvm ? { usable: true, reason: null } : notOffered
    case 'too-slow':
      return {
        usable: false,
        reason: say('hosts.kvmOfferedHereBut'),
      }
    case 'refused':
      return { usable: false, reason: say('hosts.kvmOfferedHereButQemu') }
    case 'no-device':
      return {
        usable: false,
        reason: say('hosts.thereNoDevKvm'),
      }
    case 'no-access':
      // The system daemon runs guests as another user, so our own access says nothing about them.
      if (kind === 'system') return offer.offersKvm ? { usable: true, reason: null } : notOffered
      return { usable: false, reason: say('hosts.yourUserMayNot') }
    case 'untried':
      return offer.offersKvm ? { usable: true, reason: null } : notOffered
  }
}
