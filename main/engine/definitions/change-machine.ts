import type { Machine } from '@strata/contract/machines.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { Connection, Domain } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { isLostAnswer, StrataError, toStrataError } from '../strata-error.ts'
import { inTurn } from './in-turn.ts'
import { differenceLines } from './line-difference.ts'
import { publicText } from './public-text.ts'
import { threeWays } from './take-back.ts'
import type { ToldChange, ToldTo, Undoing } from './told-change.ts'

/** What a change needs of its host; hosts/change-ground.ts gives it. */
export interface ChangeGround {
  readonly hostId: string
  readonly uri: string
  readonly history: ToldTo
  /** As the picture has it. */
  machine(uuid: string): Machine
  slow<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** After a lost answer; null: the host did not come back in time. */
  lookWhenBack<T>(look: (connection: Connection) => Promise<T>): Promise<{ readonly found: T } | null>
  /** Resolves when the picture has the machine as it is. */
  reload(uuid: string): Promise<void>
}

export interface MachineChange extends Pick<ToldChange, 'title' | 'who' | 'kind'> {
  /** The machine's revision, or its stored definition, when the user decided. Neither: whatever is there is changed. */
  readonly seenRevision?: number
  readonly seenText?: string
  /** The stored definition with secrets → what it shall be. May be called more than once. */
  readonly edit: (text: string) => string
  /** The same for the machine that runs; not called for one that is off. */
  readonly live?: (domain: Domain) => Promise<void>
  /** What belongs to the change and is no text, such as the name; `isDone` is asked when its answer was lost. */
  readonly act?: { run(domain: Domain): Promise<void>; isDone(domain: Domain): Promise<boolean> }
  /** The same for a terminal, and its way back where there is one; made by `virsh` of definitions/terminal-lines.ts. */
  readonly lines: string[]
  readonly undoLines?: string[]
  readonly notes?: Said[]
  /** How it is taken back where that is not by the text. */
  readonly undoing?: Exclude<Undoing, { kind: 'definition' }>
  readonly undoes?: string
  /** What failed, for the user: 'The definition of “web” could not be changed.' */
  readonly failed?: Said
}

/** An edit that is about parts of the definition. */
export const inDefinition = (edit: (definition: DomainXml) => void) => (text: string) => {
  const definition = DomainXml.parse(text)
  edit(definition)
  return definition.toString()
}

/** Reading and defining are two calls: how often somebody else may come between before Strata gives up. */
const mostTries = 3

/**
 * The one way to change a machine's definition: one change of a machine after the other, never over what somebody else has
 * changed meanwhile, told in its history. The running machine gets what `live` gives it.
 * @returns how it is taken back
 * @throws StrataError 'wrong-state' with the three-way difference when it is not what was seen any more; 'busy' when others
 *   keep changing it
 */
export async function changeMachine(ground: ChangeGround, uuid: string, change: MachineChange): Promise<Undoing> {
  const { name } = ground.machine(uuid)
  try {
    return await inTurn(`${ground.hostId} ${uuid}`, () => changeNow(ground, uuid, change))
  } catch (error) {
    throw toStrataError(error, change.failed ?? say('definitions.definitionCouldNotChanged', { name }))
  } finally {
    await ground.reload(uuid).catch(() => undefined) // a host that went away is read whole when it is back
  }
}

async function changeNow(ground: ChangeGround, uuid: string, change: MachineChange): Promise<Undoing> {
  const machine = ground.machine(uuid)
  if (!machine.persistent) {
    throw new StrataError('wrong-state', say('definitions.disappearsWhenStopsNo', { machine: machine.name }))
  }
  const before = await define(ground, machine, change)
  const after = await ground.slow(async (connection) => storedText(await connection.domainLookupByUUID(uuid)))
  const [shownBefore, shownAfter] = [publicText(before), publicText(after)]
  const undoing = change.undoing ?? {
    kind: 'definition',
    before: shownBefore,
    after: shownAfter,
    commands: change.undoLines ?? [],
  }
  if (shownBefore === shownAfter && change.act === undefined && change.live === undefined) return undoing
  await ground.history.add(
    { hostId: ground.hostId, uuid },
    {
      atMs: Date.now(),
      kind: change.kind,
      title: change.title,
      who: change.who,
      notes: change.notes ?? [],
      commands: change.lines,
      changes: differenceLines(shownBefore, shownAfter),
      undoing,
      undoes: change.undoes ?? null,
    },
  )
  return undoing
}

const storedText = (domain: Domain) => domain.getXMLDesc(['inactive', 'secure']) // without 'secure' a password would be lost

/** @returns the text that it was before, with secrets */
async function define(ground: ChangeGround, machine: Machine, change: MachineChange): Promise<string> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const texts = await defineOnce(ground, machine, change)
    if (texts === null) continue
    await actOrPutBack(ground, machine.uuid, change, texts)
    return texts.before
  }
  throw new StrataError('busy', say('definitions.beingChangedOthersMoment', { machine: machine.name }))
}

interface Texts {
  readonly before: string
  readonly wanted: string
}

/** Null: somebody came between. The waiting for a host that went away takes none of its places for slow calls. */
async function defineOnce(ground: ChangeGround, machine: Machine, change: MachineChange): Promise<Texts | null> {
  const { uuid } = machine
  let defining: Texts | null = null
  try {
    return await ground.slow(async (connection) => {
      const domain = await connection.domainLookupByUUID(uuid)
      const before = await storedText(domain)
      const texts = { before, wanted: change.edit(before) }
      requireSeen(machine, change, texts)
      if ((await storedText(domain)) !== before) return null
      if (texts.wanted === before) return texts
      defining = texts
      await connection.domainDefineXML(texts.wanted)
      return texts
    })
  } catch (error) {
    if (!isLostAnswer(error)) throw error
    const sent = defining as Texts | null
    if (sent === null) throw error
    const look = await ground.lookWhenBack(async (again) => storedText(await again.domainLookupByUUID(uuid)))
    if (look === null || look.found === sent.before) throw error
    return sent
  }
}

function requireSeen(machine: Machine, change: MachineChange, { before, wanted }: Texts): void {
  const { seenText, seenRevision } = change
  const shown = publicText(before)
  const isSeen = seenText === undefined || publicText(seenText) === shown
  if (isSeen && (seenRevision === undefined || seenRevision === machine.definitionRevision)) return
  const base = seenText === undefined ? shown : publicText(seenText)
  const wish = seenText === undefined ? wanted : change.edit(seenText)
  throw new StrataError('wrong-state', say('definitions.changedSomebodyElseSince', { machine: machine.name }), {
    detail: threeWays(base, shown, publicText(wish)),
  })
}

/** Half of a change is none: what cannot be given to the machine is taken out of its definition again. */
async function actOrPutBack(ground: ChangeGround, uuid: string, change: MachineChange, texts: Texts): Promise<void> {
  const { live, act } = change
  try {
    if (live !== undefined || act !== undefined) {
      await ground.slow(async (connection) => {
        const domain = await connection.domainLookupByUUID(uuid)
        if (live !== undefined && (await domain.isActive())) await live(domain)
        await act?.run(domain)
      })
    }
  } catch (error) {
    if (isLostAnswer(error)) {
      const look = await ground.lookWhenBack(async (again) => act?.isDone(await again.domainLookupByUUID(uuid)))
      if (look?.found === true) return
    } else if (texts.wanted !== texts.before) {
      await ground.slow((connection) => connection.domainDefineXML(texts.before))
    }
    throw error
  }
}
