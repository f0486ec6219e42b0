import { plain, refOf, running, toTheEnd, type TrialAct } from './trial-act.ts'
import type { EngineProcess } from './engine-process.ts'
import { withPoint } from './point-acts.ts'
import { entryId, keepsContent, keepsVariables, pointNames, whereabouts, wholeOrGone } from './trial-checks.ts'
import { holds } from './trial-images.ts'
import type { Subject, TrialPlace } from './trial-place.ts'

const twoDisks = (place: TrialPlace) => place.makeSubject('subject', 'P', { diskCount: 2 })
const uefi = (place: TrialPlace) => place.makeSubject('subject', 'P', { firmware: 'uefi' })

const trash = (engine: EngineProcess, subject: Subject) =>
  toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'trash' })
const deleteDisks = (engine: EngineProcess, subject: Subject) =>
  toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'delete-disks' })
const putBack = async (engine: EngineProcess, subject: Subject) =>
  toTheEnd(engine, 'trash.putBack', { id: await entryId(engine, subject) })
const purge = async (engine: EngineProcess, subject: Subject) =>
  toTheEnd(engine, 'trash.purge', { id: await entryId(engine, subject) })

const thrown = (make: (place: TrialPlace) => Promise<Subject>) => async (place: TrialPlace, engine: EngineProcess) => {
  const subject = await make(place)
  await engine.ask('until-seen', subject.uuid)
  await trash(engine, subject)
  return subject
}

const staysWhole: TrialAct['faults'] = (place, _engine, subject) => keepsContent(place, subject, 'P')
const staysWholeOrGoes: TrialAct['faults'] = (place, _engine, subject) => wholeOrGone(place, subject)

/** What moves machines into the trash, out of it, and away. */
export const trashActs: readonly TrialAct[] = [
  {
    name: 'move to the trash',
    covers: ['machines.remove'],
    virsh: ['undefine', 'start', 'domrename', 'snapshot-forget'],
    prepare: withPoint,
    act: trash,
    faults: staysWhole,
  },
  {
    name: 'move to the trash, running',
    isLong: true,
    covers: ['machines.remove'],
    runs: true,
    virsh: ['undefine', 'destroy', 'start', 'domrename'],
    prepare: running,
    act: trash,
    faults: staysWhole,
  },
  {
    name: 'move to the trash, two disks',
    covers: ['machines.remove'],
    virsh: ['start'],
    prepare: twoDisks,
    act: trash,
    faults: staysWhole,
  },
  {
    name: 'move to the trash, UEFI',
    isLong: true,
    covers: ['machines.remove'],
    virsh: ['undefine', 'start'],
    prepare: uefi,
    act: trash,
    faults: async (place, _engine, subject) => [
      ...(await keepsContent(place, subject, 'P')),
      ...(await keepsVariables(place, subject)),
    ],
  },
  {
    name: 'delete with the disks',
    covers: ['machines.remove'],
    virsh: ['undefine', 'start', 'domrename'],
    prepare: plain,
    act: deleteDisks,
    faults: staysWholeOrGoes,
  },
  {
    name: 'delete with the disks, running',
    isLong: true,
    covers: ['machines.remove'],
    runs: true,
    virsh: ['undefine', 'destroy', 'start', 'domrename'],
    prepare: running,
    act: deleteDisks,
    faults: staysWholeOrGoes,
  },
  {
    name: 'delete with the disks, two of them',
    covers: ['machines.remove'],
    virsh: ['start'],
    prepare: twoDisks,
    act: deleteDisks,
    faults: staysWholeOrGoes,
  },
  {
    name: 'delete and keep the disks',
    covers: ['machines.remove'],
    virsh: ['undefine', 'start', 'domrename'],
    prepare: plain,
    act: (engine, subject) => toTheEnd(engine, 'machines.remove', { ...refOf(subject), choice: 'keep-disks' }),
    faults: async (_place, _engine, { diskPath }) => ((await holds(diskPath, 'P')) ? [] : ['Its content is another.']),
  },
  {
    name: 'put back from the trash',
    covers: ['trash.putBack'],
    virsh: ['undefine', 'start', 'domrename'],
    second: false,
    prepare: thrown(withPoint),
    act: putBack,
    faults: async (place, _engine, subject) => {
      const faults = await keepsContent(place, subject, 'P')
      const { isDefined } = await whereabouts(place, subject)
      const hasPoint = (await pointNames(place, subject)).includes('old')
      return isDefined && !hasPoint ? [...faults, 'It is back without its restore point.'] : faults
    },
  },
  {
    name: 'put back from the trash, UEFI',
    isLong: true,
    covers: ['trash.putBack'],
    virsh: ['undefine', 'start'],
    second: false,
    prepare: thrown(uefi),
    act: putBack,
    faults: async (place, _engine, subject) => [
      ...(await keepsContent(place, subject, 'P')),
      ...(await keepsVariables(place, subject)),
    ],
  },
  {
    name: 'delete from the trash',
    covers: ['trash.purge'],
    second: false,
    prepare: thrown(withPoint),
    act: purge,
    faults: staysWholeOrGoes,
  },
  {
    name: 'delete from the trash, UEFI',
    isLong: true,
    covers: ['trash.purge'],
    second: false,
    prepare: thrown(uefi),
    act: purge,
    // What is cut short in the middle is finished, so at the end there is all of it or nothing.
    faults: async (place, _engine, subject) => [
      ...(await wholeOrGone(place, subject)),
      ...(await keepsVariables(place, subject)),
    ],
  },
]
