import type { FaultKind } from './disturbances.ts'
import type { EngineProcess } from './engine-process.ts'
import { hostId, type Subject, type TrialPlace } from './trial-place.ts'
import type { VirshAct } from './virsh-between.ts'

/** An act of Strata, the machine that it is done to, and what must be true however it was disturbed. */
export interface TrialAct {
  readonly name: string
  /** The procedures of the contract that it tries. */
  readonly covers: readonly string[]
  /** A form of another act with a guest that has to boot: too slow for the sample. */
  readonly isLong?: boolean
  /** Whether its machine runs, so that QEMU can be killed. */
  readonly runs?: boolean
  /** What of virsh in the middle must do no harm either. What virsh itself takes away is not Strata's to keep. */
  readonly virsh?: readonly VirshAct[]
  /** False: a second Strata cannot do it, as only the first knows of it. */
  readonly second?: boolean
  prepare(place: TrialPlace, engine: EngineProcess): Promise<Subject>
  act(engine: EngineProcess, subject: Subject, place: TrialPlace): Promise<unknown>
  /** What is wrong, when everything has settled; empty: nothing. `kind` is null when nothing was disturbed. */
  faults(place: TrialPlace, engine: EngineProcess, subject: Subject, kind: FaultKind | null): Promise<string[]>
}

export const refOf = ({ uuid }: Subject) => ({ hostId, uuid })

/** Starts a job and waits for its end, whatever that is. */
export async function toTheEnd(engine: EngineProcess, path: string, input: unknown): Promise<void> {
  await engine.ask(path, input)
  await engine.ask('until-settled')
}

export const plain = (place: TrialPlace): Promise<Subject> => place.makeSubject('subject', 'P')

export async function running(place: TrialPlace): Promise<Subject> {
  const subject = await plain(place)
  await (await place.libvirt.domainLookupByUUID(subject.uuid)).create()
  return subject
}
