import type { Subject, TrialPlace } from './trial-place.ts'

/** What somebody does to the machine with virsh while a call of Strata's is on its way. */
export const virshActs = ['undefine', 'destroy', 'start', 'domrename', 'snapshot-forget'] as const
export type VirshAct = (typeof virshActs)[number]

/** What virsh cannot do just then it does not do: the trial goes on without it. */
export async function doByVirsh(place: TrialPlace, act: VirshAct, subject: Subject): Promise<void> {
  const domain = await place.find(subject.uuid)
  if (domain === null) return
  try {
    if (act === 'undefine') await domain.undefineFlags(['snapshots-metadata', 'managed-save', 'keep-nvram'])
    if (act === 'destroy') await domain.destroy()
    if (act === 'start') await domain.create()
    if (act === 'domrename') await domain.rename(`${domain.name}-meanwhile`)
    if (act === 'snapshot-forget')
      for (const point of await domain.listAllSnapshots()) await point.delete(['metadata-only'])
  } catch {
    // The daemon refuses it: the machine runs, or does not, or has points.
  }
}
