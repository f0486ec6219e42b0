import type { DomainXml } from 'node-libvirt/xml'

import { changeMachine, inDefinition } from '../definitions/change-machine.ts'
import type { EditWords } from '../definitions/edit-words.ts'
import type { ToldTo } from '../definitions/told-change.ts'
import { changeGround } from '../hosts/change-ground.ts'
import type { Host } from '../hosts/host.ts'

/** Mends a machine's stored definition; one that runs gets it at its next start. Resolves when the picture has it. */
export async function editDefinition(
  history: ToldTo,
  host: Host,
  uuid: string,
  words: EditWords,
  edit: (definition: DomainXml) => void,
): Promise<void> {
  await changeMachine(changeGround(host, history), uuid, {
    kind: 'repaired',
    who: 'user',
    ...words,
    edit: inDefinition(edit),
  })
}
