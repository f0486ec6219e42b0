import type { EngineProcess } from './engine-process.ts'
import { holds, pointsIn } from './trial-images.ts'
import { isThere, type Subject, type TrialPlace } from './trial-place.ts'

export async function entryId(engine: EngineProcess, { uuid }: Subject): Promise<string | null> {
  const entries = await engine.ask<{ id: string; uuid: string }[]>('trash.list')
  return entries.find((entry) => entry.uuid === uuid)?.id ?? null
}

/** Where the machine is, and what is wrong with that. Any trash will do: another Strata may have been quicker. */
export async function whereabouts(place: TrialPlace, subject: Subject) {
  const isDefined = (await place.find(subject.uuid)) !== null
  const entries = await Promise.all(place.engines().map((each) => entryId(each, subject)))
  const isInTrash = entries.some((id) => id !== null)
  const disks = [subject.diskPath, ...subject.moreDiskPaths]
  const there = await Promise.all(disks.map(isThere))
  const wrong = isDefined && isInTrash ? ['It is defined and in the trash.'] : []
  return { isDefined, isInTrash, hasDisks: there.every(Boolean), hasAnyDisk: there.some(Boolean), wrong }
}

/** Defined or in the trash, once, with its content. */
export async function keepsContent(place: TrialPlace, subject: Subject, letter: string): Promise<string[]> {
  const { isDefined, isInTrash, hasDisks, wrong } = await whereabouts(place, subject)
  if (!hasDisks) return [...wrong, 'A disk of it is lost.']
  if (!isDefined && !isInTrash) return [...wrong, 'It is nowhere: its disk is an orphan.']
  for (const path of [subject.diskPath, ...subject.moreDiskPaths])
    if (!(await holds(path, letter))) wrong.push(`The content of ${path} is another.`)
  return wrong
}

/** A UEFI machine's variables are where its definition looks for them, or at least there while it is in the trash. */
export async function keepsVariables(place: TrialPlace, subject: Subject): Promise<string[]> {
  const { isDefined, isInTrash } = await whereabouts(place, subject)
  const found = await place.variables()
  if (!isDefined) return (found.length === 1) === isInTrash ? [] : [`${found.length} files of its variables are there.`]
  const named = await place.variablesOf(subject)
  return found.length === 1 && found[0] === named ? [] : [`Its variables are not ${named} but ${found.join(', ')}.`]
}

/** Whole, or gone with everything. */
export async function wholeOrGone(place: TrialPlace, subject: Subject): Promise<string[]> {
  const { isDefined, isInTrash, hasAnyDisk } = await whereabouts(place, subject)
  if (!isDefined && !isInTrash) return hasAnyDisk ? ['Its disk is an orphan.'] : []
  return keepsContent(place, subject, 'P')
}

export async function pointNames(place: TrialPlace, { uuid }: Subject): Promise<string[]> {
  const domain = await place.find(uuid)
  return domain === null ? [] : (await domain.listAllSnapshots()).map(({ name }) => name)
}

/** libvirt knows no point that the image does not hold. */
export async function pointsAgree(place: TrialPlace, subject: Subject): Promise<string[]> {
  const wrong: string[] = []
  const names = await pointNames(place, subject)
  for (const path of [subject.diskPath, ...subject.moreDiskPaths]) {
    const held = await pointsIn(path)
    for (const name of names)
      if (!held.includes(name)) wrong.push(`libvirt lists the point ${name}, which ${path} does not hold.`)
  }
  return wrong
}
