import { watch } from 'node:fs'

import type { TrialAct } from './trial-act.ts'
import type { Fault } from './faulty-socket.ts'
import { SmallRoom } from './small-room.ts'
import type { Subject, TrialPlace } from './trial-place.ts'
import { doByVirsh, virshActs, type VirshAct } from './virsh-between.ts'

/** What goes wrong at a call of any act. */
const always = ['engine-killed', 'answer-lost', 'call-dropped', 'daemon-killed', 'pool-full', 'data-full'] as const
export type FaultKind = (typeof always)[number] | 'guest-killed' | 'second-engine' | `virsh ${VirshAct}`

/** Why kinds are left out here; null: none is. */
export const leftOut = SmallRoom.isPossible
  ? null
  : 'full file systems are left out: only root can make small file systems'

const needsRoom = (kind: FaultKind) => kind === 'pool-full' || kind === 'data-full'

/** All that this act is disturbed by. */
export function kindsOf({ runs = false, virsh = [], second = true }: TrialAct): FaultKind[] {
  const kinds: FaultKind[] = [...always]
  if (runs) kinds.push('guest-killed')
  if (second) kinds.push('second-engine')
  kinds.push(...virshActs.filter((act) => virsh.includes(act)).map((act) => `virsh ${act}` as const))
  return SmallRoom.isPossible ? kinds : kinds.filter((kind) => !needsRoom(kind))
}

export interface Disturbance {
  readonly fault: Fault
  /** When the act has ended, before anybody looks: what was killed is started, what was filled has room. */
  readonly end: () => Promise<void>
}

export async function disturbance(
  place: TrialPlace,
  trial: TrialAct,
  subject: Subject,
  kind: FaultKind,
  call: Pick<Fault, 'procedure' | 'occurrence'>,
): Promise<Disturbance> {
  const at = (moment: Fault['moment'], line: Fault['line'], happen: Fault['happen'] = () => undefined): Fault => ({
    ...call,
    moment,
    line,
    happen,
  })
  const just = (fault: Fault): Disturbance => ({ fault, end: () => Promise.resolve() })
  switch (kind) {
    case 'engine-killed':
      return just(at('after', 'break', () => place.killEngine()))
    case 'answer-lost':
      return just(at('after', 'break'))
    case 'call-dropped':
      return just(at('before', 'break'))
    case 'daemon-killed': {
      let repaired: Promise<unknown> = Promise.resolve()
      const happen = () => {
        const killed = place.killDaemon()
        repaired = killed.then(() => place.daemon.start())
        return killed
      }
      return { fault: at('after', 'break', happen), end: async () => void (await repaired) }
    }
    case 'pool-full':
    case 'data-full': {
      const room = kind === 'pool-full' ? place.rooms?.pool : place.rooms?.data
      return { fault: at('before', 'go-on', () => room?.fill()), end: () => place.freeRooms() }
    }
    case 'guest-killed':
      return guestKilled(place, subject, (happen) => at('before', 'go-on', happen))
    case 'second-engine': {
      const other = await place.second()
      if (subject.uuid !== '') await other.ask('until-seen', subject.uuid)
      // Whatever becomes of it: what counts is what the two leave.
      return just(at('before', 'go-on', () => trial.act(other, subject, place).then(nothing, nothing)))
    }
    default: {
      const act = kind.slice('virsh '.length) as VirshAct
      return just(at('before', 'go-on', () => doByVirsh(place, act, subject)))
    }
  }
}

const nothing = () => undefined

/** Killed when it first writes to its disk after the call, which is in the middle of it; at the latest when the act is over. */
function guestKilled(place: TrialPlace, { diskPath }: Subject, at: (happen: () => void) => Fault): Disturbance {
  let killed: Promise<void> | null = null
  let stop = nothing
  const kill = () => (killed ??= place.killGuests())
  const happen = () => {
    const watcher = watch(diskPath, () => void kill())
    stop = () => {
      watcher.close()
    }
  }
  return {
    fault: at(happen),
    end: async () => {
      stop()
      await kill()
    },
  }
}
