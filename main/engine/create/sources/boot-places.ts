import type { SettledMachine } from '../definition/definition.ts'
import { cardsOf } from '../form/network-cards.ts'

/** The number that a device has in the boot order, 1 first; null: it is not booted from. */
export interface BootPlaces {
  readonly disks: readonly (number | null)[]
  readonly cdroms: readonly (number | null)[]
  /** Of the cards that the machine has, in their order. */
  readonly cards: readonly (number | null)[]
}

/**
 * What the order means for each device. Its usual start, the disk and then the CD, installs and then runs: while the disk is
 * empty the firmware finds nothing on it and goes on to the CD; once a system is there it is the disk that boots, with no need to
 * take the CD out. Of several CDs only the first is a medium to boot from. Further disks come last: an old system on one of
 * them must not start in place of the new one, but a firmware of the BIOS kind shows a boot loader only the disks in the order.
 */
export function bootPlaces(machine: Pick<SettledMachine, 'wanted' | 'disks' | 'cdroms'>): BootPlaces {
  const { wanted } = machine
  const places = {
    disks: machine.disks.map((): number | null => null),
    cdroms: machine.cdroms.map((): number | null => null),
    cards: cardsOf(wanted).map((): number | null => null),
  }
  let next = 1
  const take = (list: (number | null)[], from: number, to: number) => {
    for (let index = from; index < Math.min(to, list.length); index += 1) list[index] = next++
  }
  for (const device of new Set(wanted.bootOrder)) {
    if (device === 'disk') take(places.disks, 0, 1)
    else if (device === 'cdrom') take(places.cdroms, 0, 1)
    else take(places.cards, 0, Number.POSITIVE_INFINITY)
  }
  if (wanted.bootOrder.includes('disk')) take(places.disks, 1, Number.POSITIVE_INFINITY)
  return places
}
