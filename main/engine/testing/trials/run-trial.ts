import type { TrialAct } from './acts.ts'
import type { Fault } from './faulty-socket.ts'
import type { EngineProcess } from './engine-process.ts'
import type { Subject, TrialPlace } from './trial-place.ts'

/** What goes wrong at a call. */
export const faultKinds = ['engine-killed', 'answer-lost', 'call-dropped', 'daemon-killed'] as const
export type FaultKind = (typeof faultKinds)[number]

export interface TrialCase {
  readonly kind: FaultKind
  readonly procedure: string
  readonly occurrence: number
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
export async function callsOf(
  place: TrialPlace,
  trial: TrialAct,
): Promise<readonly { procedure: string; occurrence: number }[]> {
  const engine = await place.settle()
  const subject = await prepared(place, engine, trial)
  place.socket.watch(null)
  await trial.act(engine, subject, place)
  const seen = place.socket.seen.filter((name) => !always.test(name))
  await place.settle()
  const faults = await trial.faults(place, engine, subject)
  if (faults.length > 0) throw new Error(`${trial.name}, undisturbed: ${faults.join(' ')}`)
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
  let repaired: Promise<unknown> = Promise.resolve()
  const fault: Fault = {
    ...call,
    moment: kind === 'call-dropped' ? 'before' : 'after',
    then: 'break',
    happen: async () => {
      if (kind === 'engine-killed') await place.killEngine()
      if (kind !== 'daemon-killed') return
      await place.killDaemon()
      repaired = place.daemon.start()
    },
  }
  place.socket.watch(fault)
  // How the act ends is not asked: only what it leaves.
  await trial.act(engine, subject, place).catch(() => undefined)
  await repaired
  const { struck } = place.socket
  place.socket.watch(null)
  const settled = await place.settle()
  const faults = [...(await trial.faults(place, settled, subject))]
  const journals = await place.journals()
  if (journals.length > 0) faults.push(`${journals.length} journals are left.`)
  return struck || faults.length > 0 ? faults : null
}
