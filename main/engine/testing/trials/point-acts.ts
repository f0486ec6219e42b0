import { plain, refOf, running, toTheEnd, type TrialAct } from './trial-act.ts'
import { keepsContent, pointsAgree } from './trial-checks.ts'
import { holds, pointHolds, pointsIn, stamp } from './trial-images.ts'
import type { Subject, SubjectOptions } from './trial-place.ts'
import type { TrialPlace } from './trial-place.ts'

async function pointThenP(place: TrialPlace, runs: boolean, options: SubjectOptions = {}): Promise<Subject> {
  const subject = await place.makeSubject('subject', 'O', options)
  const domain = await place.libvirt.domainLookupByUUID(subject.uuid)
  if (runs) await domain.create()
  await domain.snapshotCreateXML('<domainsnapshot><name>old</name></domainsnapshot>')
  if (runs) await domain.destroy()
  for (const path of [subject.diskPath, ...subject.moreDiskPaths]) await stamp(path, 'P')
  if (runs) await domain.create()
  return subject
}

/** Its point "old" holds O; since then P was written. */
export const withPoint = (place: TrialPlace): Promise<Subject> => pointThenP(place, false)
const runningWithPoint = (place: TrialPlace) => pointThenP(place, true)
const twoDisksWithPoint = (place: TrialPlace) => pointThenP(place, false, { diskCount: 2 })

const takes: TrialAct['act'] = (engine, subject) =>
  toTheEnd(engine, 'snapshots.take', { ...refOf(subject), name: 'taken', description: '' })

const goesBack =
  (present: 'keep' | 'discard'): TrialAct['act'] =>
  (engine, subject) =>
    toTheEnd(engine, 'snapshots.revert', { ...refOf(subject), name: 'old', present })

const keepsAndAgrees: TrialAct['faults'] = async (place, _engine, subject) => [
  ...(await keepsContent(place, subject, 'P')),
  ...(await pointsAgree(place, subject)),
]

/** Every disk holds P, or O with a kept point that holds P. */
const losesNoPresent: TrialAct['faults'] = async (place, _engine, subject) => {
  const wrong = await pointsAgree(place, subject)
  for (const path of [subject.diskPath, ...subject.moreDiskPaths]) {
    if (await holds(path, 'P')) continue
    if (!(await holds(path, 'O'))) wrong.push(`${path} holds neither the one nor the other.`)
    const kept = (await pointsIn(path)).filter((name) => name !== 'old')
    const hold = await Promise.all(kept.map((name) => pointHolds(path, name, 'P')))
    if (!hold.some(Boolean)) wrong.push(`${path} went back, and its present is lost.`)
  }
  return wrong
}

/** Its disk holds the one or the other, and the point is still there to go back to. */
const losesNoPoint: TrialAct['faults'] = async (place, _engine, { diskPath }, kind) => {
  if (!(await holds(diskPath, 'P')) && !(await holds(diskPath, 'O')))
    return ['Its disk holds neither the one nor the other.']
  const isLeft = (await pointsIn(diskPath)).includes('old') && (await pointHolds(diskPath, 'old', 'O'))
  return isLeft || kind === 'virsh undefine' ? [] : ['The point that it went back to is lost.']
}

/** What has to do with restore points. */
export const pointActs: readonly TrialAct[] = [
  {
    name: 'take a restore point',
    covers: ['snapshots.take'],
    virsh: ['start', 'domrename'],
    prepare: plain,
    act: takes,
    faults: keepsAndAgrees,
  },
  {
    name: 'take a restore point, running',
    isLong: true,
    covers: ['snapshots.take'],
    runs: true,
    virsh: ['destroy', 'domrename'],
    prepare: running,
    act: takes,
    faults: keepsAndAgrees,
  },
  {
    name: 'take a restore point, two disks',
    covers: ['snapshots.take'],
    prepare: (place) => place.makeSubject('subject', 'P', { diskCount: 2 }),
    act: takes,
    faults: keepsAndAgrees,
  },
  {
    name: 'go back and keep the present',
    covers: ['snapshots.revert'],
    virsh: ['start', 'snapshot-forget', 'domrename'],
    prepare: withPoint,
    act: goesBack('keep'),
    faults: losesNoPresent,
  },
  {
    name: 'go back and keep the present, running',
    isLong: true,
    covers: ['snapshots.revert'],
    runs: true,
    virsh: ['destroy', 'snapshot-forget'],
    prepare: runningWithPoint,
    act: goesBack('keep'),
    faults: losesNoPresent,
  },
  {
    name: 'go back and keep the present, two disks',
    covers: ['snapshots.revert'],
    prepare: twoDisksWithPoint,
    act: goesBack('keep'),
    faults: losesNoPresent,
  },
  {
    name: 'go back and give up the present, running',
    isLong: true,
    covers: ['snapshots.revert'],
    runs: true,
    virsh: ['destroy', 'snapshot-forget'],
    prepare: runningWithPoint,
    act: goesBack('discard'),
    faults: losesNoPoint,
  },
  {
    name: 'remove a restore point',
    covers: ['snapshots.remove'],
    virsh: ['start', 'snapshot-forget', 'domrename'],
    prepare: withPoint,
    act: (engine, subject) => toTheEnd(engine, 'snapshots.remove', { ...refOf(subject), name: 'old' }),
    faults: keepsAndAgrees,
  },
]
