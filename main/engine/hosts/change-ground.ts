import type { ChangeGround } from '../definitions/change-machine.ts'
import type { ToldTo } from '../definitions/told-change.ts'
import type { Host } from './host.ts'
import { lookWhenBack } from './look-when-back.ts'

/** What a change of a machine needs of its host. */
export function changeGround(host: Host, history: ToldTo): ChangeGround {
  return {
    hostId: host.id,
    uri: host.uri,
    history,
    machine: (uuid) => host.inventory.requireMachine(uuid),
    slow: (work) => host.slow(work),
    lookWhenBack: (look) => lookWhenBack(host, look),
    reload: (uuid) => host.inventory.reloadMachine(uuid),
  }
}
