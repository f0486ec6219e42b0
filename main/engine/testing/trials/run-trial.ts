import type { TrialAct } from './trial-act.ts'
import { disturbance, type FaultKind } from './disturbances.ts'
import type { EngineProcess } from './engine-process.ts'
import type { Subject, TrialPlace } from './trial-place.ts'

export interface TrialCall {
  readonly procedure: string
  readonly occurrence: number
}

export interface TrialCase extends TrialCall {
  readonly kind: FaultKind
}

/** What is asked all the time, by whoever looks: it belongs to no act. */
const always =
  /^(connectGetAllDomainStats|connectDomainEvent|connectNetworkEvent|connectStoragePoolEvent|connectOpen|connectClose|auth|keepalive|connectSupports|connectGet|connectRegisterClose|connectList(?!AllDomains)|nodeGet)/i

/** What changes something. */
export const changing =
  /(define|undefine|create|destroy|delete|revert|setautostart|setmetadata|managedsave$|rename|refresh|resume|suspend|shutdown)/i

/** The machine, made beside the engine, when the engine has seen it. */
async function prepared(place: TrialPlace, engine: EngineProcess, trial: TrialAct): Promise<Subject> {
  const subject = await trial.prepare(place, engine)
  if (subject.uuid !== '' && (await place.find(subject.uuid)) !== null) await engine.ask('until-seen', subject.uuid)
  return subject
}

/** Does an act undisturbed, and gives the calls that it makes. @throws Error when it leaves anything wrong even so */
export async function callsOf(place: TrialPlace, trial: TrialAct): Promise<readonly TrialCall[]> {
  const engine = await place.settle()
  const subject = await prepared(place, engine, trial)
  place.socket.watch(null)
  await trial.act(engine, subject, place)
  const seen = place.socket.seen.filter((name) => !always.test(name))
  await place.settle()
  const faults = await trial.faults(place, engine, subject, null)
  if (faults.length > 0) throw new Error(`${trial.name}, undisturbed: ${faults.join(' ')}`)
  await place.clear()
  const counts = new Map<string, number>()
  return seen.map((procedure) => {
    const occurrence = counts.get(procedure) ?? 0
    counts.set(procedure, occurrence + 1)
    return { procedure, occurrence }
  })
}

/** Does an act with one thing going wrong, lets Strata settle, and gives what is wrong then; null: the call did not come. */
export async function runTrial(
  place: TrialPlace,
  trial: TrialAct,
  { kind, ...call }: TrialCase,
): Promise<readonly string[] | null> {
  const engine = await place.settle()
  const subject = await prepared(place, engine, trial)
  const { fault, end } = await disturbance(place, trial, subject, kind, call)
  place.socket.watch(fault)
  // How the act ends is not asked: only what it leaves.
  await trial.act(engine, subject, place).catch(() => undefined)
  await end()
  const { struck } = place.socket
  place.socket.watch(null)
  let settled = await place.settle()
  // What could not be finished then is finished at the next start.
  if ((await place.journals()).length > 0) {
    await place.killEngine()
    settled = await place.settle()
  }
  const faults = [...(await trial.faults(place, settled, subject, kind))]
  const journals = await place.journals()
  if (journals.length > 0) faults.push(`${journals.length} journals are left.`)
  await place.clear()
  return struck || faults.length > 0 ? faults : null
}
