import { basename, join } from 'node:path'

import { plainHardware } from '../proposed-machine.ts'
import { toTheEnd, type TrialAct } from './trial-act.ts'
import { holds } from './trial-images.ts'
import { hostId, isThere, type Subject, type TrialPlace } from './trial-place.ts'

function creation(place: TrialPlace, name: string, startsNow: boolean) {
  return {
    ...plainHardware,
    ...{ hostId, name, source: { kind: 'empty' }, setup: null, poolUuid: place.poolUuid },
    ...{ diskBytes: 16 * 1024 ** 2, moreDisks: [], startsNow },
  }
}

const newName = () => `made-${Math.random().toString(36).slice(2, 10)}`

/** A machine that is only to be made: its UUID is known when it is there. */
const unmade = (): Promise<Subject> => Promise.resolve({ name: newName(), uuid: '', diskPath: '', moreDiskPaths: [] })

async function madeOrNot(place: TrialPlace, { name }: Subject): Promise<string[]> {
  const isDefined = (await place.libvirt.listAllDomains()).some((domain) => domain.name === name)
  const files = await place.files(name)
  if (isDefined) return files.length > 0 ? [] : ['It is defined and its disk is gone.']
  return files.map((file) => `${file} is an orphan.`)
}

/** The image is at one place, whole: where it lay, or as the machine's disk. */
async function atOnePlace(place: TrialPlace, { name, diskPath }: Subject): Promise<string[]> {
  const isDefined = (await place.libvirt.listAllDomains()).some((domain) => domain.name === name)
  const inPool = (await place.files(''))
    .filter((file) => !file.startsWith('.'))
    .map((file) => join(place.poolPath, file))
  const places = [...((await isThere(diskPath)) ? [diskPath] : []), ...inPool]
  const [only, ...others] = places
  if (only === undefined) return ['The image is lost.']
  if (others.length > 0)
    return [`The image, or a part of it, is at ${places.map((path) => basename(path)).join(', ')}.`]
  if (!(await holds(only, 'P'))) return ['The content of the image is another.']
  return isDefined === (only !== diskPath)
    ? []
    : [`The machine is ${isDefined ? '' : 'not '}there, its image at ${only}.`]
}

/** What makes machines. */
export const creationActs: readonly TrialAct[] = [
  {
    name: 'create',
    covers: ['create.start'],
    prepare: unmade,
    act: (engine, { name }, place) => toTheEnd(engine, 'create.start', creation(place, name, false)),
    faults: (place, _engine, subject) => madeOrNot(place, subject),
  },
  {
    name: 'create and start',
    covers: ['create.start'],
    runs: false,
    prepare: unmade,
    act: (engine, { name }, place) => toTheEnd(engine, 'create.start', creation(place, name, true)),
    faults: (place, _engine, subject) => madeOrNot(place, subject),
  },
  {
    name: 'create from an image that is moved into the pool',
    covers: ['create.start'],
    prepare: async (place) => ({ name: newName(), uuid: '', diskPath: await place.makeImage('P'), moreDiskPaths: [] }),
    act: (engine, { name, diskPath }, place) =>
      toTheEnd(engine, 'create.start', {
        ...creation(place, name, false),
        source: { kind: 'disk-image', media: { kind: 'file', path: diskPath, use: 'upload' }, disk: 'move' },
        diskBytes: null,
      }),
    faults: (place, _engine, subject) => atOnePlace(place, subject),
  },
]
