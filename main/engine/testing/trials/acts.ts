import { plainHardware } from '../proposed-machine.ts'
import type { EngineProcess } from './engine-process.ts'
import { holds, hostId, pointHolds, pointsIn, stamp, type Subject, type TrialPlace } from './trial-place.ts'

/** An act of Strata, the machine that it is done to, and what must be true however it was disturbed. */
export interface TrialAct {
  readonly name: string
  /** The procedures of the contract that it tries. */
  readonly covers: readonly string[]
  prepare(place: TrialPlace, engine: EngineProcess): Promise<Subject>
  act(engine: EngineProcess, subject: Subject, place: TrialPlace): Promise<unknown>
  /** What is wrong, when everything has settled; empty: nothing. */
  faults(place: TrialPlace, engine: EngineProcess, subject: Subject): Promise<string[]>
}

const refOf = ({ uuid }: Subject) => ({ hostId, uuid })

/** Starts a job and waits for its end, whatever that is. */
async function toTheEnd(engine: EngineProcess, path: string, input: unknown): Promise<void> {
  await engine.ask(path, input)
  await engine.ask('until-settled')
}

async function entryId(engine: EngineProcess, { uuid }: Subject): Promise<string | null> {
  const entries = await engine.ask<{ id: string; uuid: string }[]>('trash.list')
  return entries.find((entry) => entry.uuid === uuid)?.id ?? null
}

/** Where the machine is, and what is wrong with that. */
async function whereabouts(place: TrialPlace, engine: EngineProcess, subject: Subject) {
  const isDefined = (await place.find(subject.uuid)) !== null
  const isInTrash = (await entryId(engine, subject)) !== null
  const hasDisk = (await place.files(subject.name)).length > 0
  const wrong = isDefined && isInTrash ? ['It is defined and in the trash.'] : []
  return { isDefined, isInTrash, hasDisk, wrong }
}

/** Defined or in the trash, once, with its content. */
async function keepsContent(
  place: TrialPlace,
  engine: EngineProcess,
  subject: Subject,
  letter: string,
): Promise<string[]> {
  const { isDefined, isInTrash, hasDisk, wrong } = await whereabouts(place, engine, subject)
  if (!hasDisk) return [...wrong, 'Its disk is lost.']
  if (!isDefined && !isInTrash) return [...wrong, 'It is nowhere: its disk is an orphan.']
  return (await holds(subject.diskPath, letter)) ? wrong : [...wrong, 'Its content is another.']
}

/** Whole, or gone with everything. */
async function wholeOrGone(place: TrialPlace, engine: EngineProcess, subject: Subject): Promise<string[]> {
  const { isDefined, isInTrash, hasDisk } = await whereabouts(place, engine, subject)
  if (!isDefined && !isInTrash) return hasDisk ? ['Its disk is an orphan.'] : []
  return keepsContent(place, engine, subject, 'P')
}

const plain = (place: TrialPlace) => place.makeSubject('subject', 'P')

async function thrown(place: TrialPlace, engine: EngineProcess): Promise<Subject> {
  const subject = await withPoint(place)
  await engine.ask('until-seen', subject.uuid)
  await toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'trash' })
  return subject
}

/** Its point "old" holds O; since then P was written. */
async function withPoint(place: TrialPlace): Promise<Subject> {
  const subject = await place.makeSubject('subject', 'O')
  const domain = await place.libvirt.domainLookupByUUID(subject.uuid)
  await domain.snapshotCreateXML('<domainsnapshot><name>old</name></domainsnapshot>')
  await stamp(subject.diskPath, 'P')
  return subject
}

async function pointNames(place: TrialPlace, { uuid }: Subject): Promise<string[]> {
  const domain = await place.find(uuid)
  return domain === null ? [] : (await domain.listAllSnapshots()).map(({ name }) => name)
}

/** libvirt knows no point that the image does not hold. */
async function pointsAgree(place: TrialPlace, subject: Subject): Promise<string[]> {
  const held = await pointsIn(subject.diskPath)
  const missing = (await pointNames(place, subject)).filter((name) => !held.includes(name))
  return missing.map((name) => `libvirt lists the point ${name}, which the image does not hold.`)
}

function creation(place: TrialPlace, name: string, startsNow: boolean) {
  return {
    ...plainHardware,
    ...{ hostId, name, source: { kind: 'empty' }, setup: null, poolUuid: place.poolUuid },
    ...{ diskBytes: 16 * 1024 ** 2, moreDisks: [], startsNow },
  }
}

/** A machine that is only to be made: its UUID is known when it is there. */
const unmade = (): Promise<Subject> =>
  Promise.resolve({ name: `made-${Math.random().toString(36).slice(2, 10)}`, uuid: '', diskPath: '' })

async function madeOrNot(place: TrialPlace, { name }: Subject): Promise<string[]> {
  const isDefined = (await place.libvirt.listAllDomains()).some((domain) => domain.name === name)
  const files = await place.files(name)
  if (isDefined) return files.length > 0 ? [] : ['It is defined and its disk is gone.']
  return files.map((file) => `${file} is an orphan.`)
}

export const trialActs: readonly TrialAct[] = [
  {
    name: 'move to the trash',
    covers: ['machines.remove'],
    prepare: withPoint,
    act: (engine, subject) => toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'trash' }),
    faults: (place, engine, subject) => keepsContent(place, engine, subject, 'P'),
  },
  {
    name: 'delete with the disks',
    covers: ['machines.remove'],
    prepare: plain,
    act: (engine, subject) => toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'delete-disks' }),
    faults: wholeOrGone,
  },
  {
    name: 'delete and keep the disks',
    covers: ['machines.remove'],
    prepare: plain,
    act: (engine, subject) => toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'keep-disks' }),
    faults: async (_place, _engine, { diskPath }) => ((await holds(diskPath, 'P')) ? [] : ['Its content is another.']),
  },
  {
    name: 'put back from the trash',
    covers: ['trash.putBack'],
    prepare: thrown,
    act: async (engine, subject) => toTheEnd(engine, 'trash.putBack', { id: await entryId(engine, subject) }),
    faults: async (place, engine, subject) => {
      const faults = await keepsContent(place, engine, subject, 'P')
      const { isDefined } = await whereabouts(place, engine, subject)
      const hasPoint = (await pointNames(place, subject)).includes('old')
      return isDefined && !hasPoint ? [...faults, 'It is back without its restore point.'] : faults
    },
  },
  {
    name: 'delete from the trash',
    covers: ['trash.purge'],
    prepare: thrown,
    act: async (engine, subject) => toTheEnd(engine, 'trash.purge', { id: await entryId(engine, subject) }),
    faults: wholeOrGone,
  },
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
    prepare: unmade,
    act: (engine, { name }, place) => toTheEnd(engine, 'create.start', creation(place, name, true)),
    faults: (place, _engine, subject) => madeOrNot(place, subject),
  },
  {
    name: 'rename',
    covers: ['machines.rename'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.rename', { ...refOf(subject), name: `${subject.name}-renamed` }),
    faults: (place, engine, subject) => keepsContent(place, engine, subject, 'P'),
  },
  {
    name: 'make a template',
    covers: ['machines.setTemplate'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.setTemplate', { ...refOf(subject), isTemplate: true }),
    faults: (place, engine, subject) => keepsContent(place, engine, subject, 'P'),
  },
  {
    name: 'start with the host',
    covers: ['machines.setAutostart'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.setAutostart', { ...refOf(subject), autostart: true }),
    faults: (place, engine, subject) => keepsContent(place, engine, subject, 'P'),
  },
  {
    name: 'start',
    covers: ['machines.power'],
    prepare: plain,
    act: (engine, subject) => engine.ask('machines.power', { ...refOf(subject), action: 'start' }),
    faults: (place, engine, subject) => keepsContent(place, engine, subject, 'P'),
  },
  {
    name: 'save',
    covers: ['machines.save'],
    prepare: async (place) => {
      const subject = await plain(place)
      await (await place.libvirt.domainLookupByUUID(subject.uuid)).create()
      return subject
    },
    act: (engine, subject) => toTheEnd(engine, 'machines.save', refOf(subject)),
    faults: async (place, engine, subject) => {
      const domain = await place.find(subject.uuid)
      const lives = domain !== null && ((await domain.isActive()) || (await domain.hasManagedSaveImage()))
      return [...(await keepsContent(place, engine, subject, 'P')), ...(lives ? [] : ['What ran in it is lost.'])]
    },
  },
  {
    name: 'take a restore point',
    covers: ['snapshots.take'],
    prepare: plain,
    act: (engine, subject) => toTheEnd(engine, 'snapshots.take', { ...refOf(subject), name: 'taken', description: '' }),
    faults: async (place, engine, subject) => [
      ...(await keepsContent(place, engine, subject, 'P')),
      ...(await pointsAgree(place, subject)),
    ],
  },
  {
    name: 'go back and keep the present',
    covers: ['snapshots.revert'],
    prepare: withPoint,
    act: (engine, subject) => toTheEnd(engine, 'snapshots.revert', { ...refOf(subject), name: 'old', present: 'keep' }),
    faults: async (place, _engine, subject) => {
      if (await holds(subject.diskPath, 'P')) return pointsAgree(place, subject)
      if (!(await holds(subject.diskPath, 'O'))) return ['Its disk holds neither the one nor the other.']
      const kept = (await pointsIn(subject.diskPath)).filter((name) => name !== 'old')
      for (const name of kept) if (await pointHolds(subject.diskPath, name, 'P')) return pointsAgree(place, subject)
      return ['It went back, and the present is lost.']
    },
  },
  {
    name: 'remove a restore point',
    covers: ['snapshots.remove'],
    prepare: withPoint,
    act: (engine, subject) => toTheEnd(engine, 'snapshots.remove', { ...refOf(subject), name: 'old' }),
    faults: async (place, engine, subject) => [
      ...(await keepsContent(place, engine, subject, 'P')),
      ...(await pointsAgree(place, subject)),
    ],
  },
]

/** Procedures that change something and have no trials, each with the reason. */
export const untried: Readonly<Record<string, string>> = {
  'hosts.reconnect': 'opens a connection',
  'hosts.startDaemon': 'starts a daemon',
  'hosts.retryKvm': 'measures',
  'machines.dismissSetup': 'changes Strata’s own note in a definition, by the same call as a template',
  'images.discard': 'deletes a file of Strata’s own that can be fetched again',
  'images.remove': 'deletes what can be fetched again; that nothing needs it has tests of its own',
  'images.download': 'fetches; downloads are tried at every byte in their own tests',
  'jobs.cancel': 'ends a job, which is tried as such',
  'jobs.dismiss': 'forgets what has ended',
  'settings.change': 'changes a file of Strata’s own',
  'console.open': 'gives a ticket',
  'console.screenshot': 'looks',
  'repairs.run': 'each repair has tests of its own',
  'snapshots.takeBackForgotten': 'writes a note for a point that the images hold, or none; it has tests of its own',
  'snapshots.removeForgotten': 'removes what libvirt does not know, as it is asked to; it has tests of its own',
  'console.sendKeys': 'presses keys',
  'guestSetup.forgetKeyPair': 'deletes a file of Strata’s own, as it is asked to',
}
