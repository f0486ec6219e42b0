import type { HostFacts } from '@strata/contract/hosts.ts'
import { say } from '@strata/contract/words/say.ts'

import type { AcceleratorOffer } from './host-facts.ts'
import type { HostAddress } from './place/host-address.ts'
import type { HostPorts } from './place/host-ports.ts'
import type { KvmFinding, KvmTrial } from './kvm-trial.ts'

export type KvmFact = HostFacts['kvm']

export const kvmNotYetKnown: KvmFact = {
  usable: false,
  reason: say('hosts.strataStillFindingOut'),
}

export type TriedHost = Pick<HostPorts, 'files' | 'programs'> & {
  readonly address: Pick<HostAddress, 'driver' | 'scope'>
}

/** The trial starts the host's own emulator from here, with a file of Strata's. */
export const canTryKvm = ({ files, programs }: Pick<HostPorts, 'files' | 'programs'>) =>
  files?.sharesPaths === true && programs !== null

/** Whether guests of this host run on the processor itself; the reason speaks when they do not. */
export async function learnKvm(host: TriedHost, offer: AcceleratorOffer, trial: KvmTrial): Promise<KvmFact> {
  if (host.address.driver === 'test') return { usable: false, reason: say('hosts.libvirtsTestDriverMachines') }
  if (offer.emulator === null)
    return { usable: false, reason: say('hosts.noQemuForInstalled', { architecture: offer.architecture }) }
  const canTry = canTryKvm(host) && offer.architecture === 'x86_64'
  const finding: KvmFinding = canTry ? await trial.find(offer.emulator) : { outcome: 'untried', detail: null }
  return kvmFact(host.address.scope, offer, finding)
}

/** The trial's word counts more than libvirt's, which tells only what is offered. */
export function kvmFact(scope: HostAddress['scope'], offer: AcceleratorOffer, finding: KvmFinding): KvmFact {
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
      if (scope === 'system') return offer.offersKvm ? { usable: true, reason: null } : notOffered
      return { usable: false, reason: say('hosts.yourUserMayNot') }
    case 'untried':
      return offer.offersKvm ? { usable: true, reason: null } : notOffered
  }
}
