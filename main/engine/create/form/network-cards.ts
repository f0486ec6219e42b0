import type { NewMachine, NewNic } from '@strata/contract/create.ts'

/** The network cards that a machine gets, the first one first: one without a network is left out. */
export function cardsOf({
  network,
  nicModel,
  moreNics,
}: Pick<NewMachine, 'network' | 'nicModel' | 'moreNics'>): NewNic[] {
  return [{ source: network, model: nicModel }, ...moreNics].filter(({ source }) => source.kind !== 'none')
}
