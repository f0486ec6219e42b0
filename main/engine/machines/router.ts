import { contract } from '@strata/contract/index.ts'
import { implement } from '@orpc/server'

import type { EngineParts } from '../engine-parts.ts'
import { dismissSetup } from '../machine-setup/dismiss-setup.ts'
import { setAutostart } from './autostart.ts'
import { daemonFolders } from './daemon-folders.ts'
import { deletionPlan } from './deletion-plan.ts'
import { machineDetail } from './detail.ts'
import { unknownReach } from './machine-reach.ts'
import { powerMachine } from './power.ts'
import { removeMachine } from './remove.ts'
import { renameMachine } from './rename.ts'
import { saveMachine } from './save.ts'
import { setTemplate } from './template.ts'

export function machinesRouter(parts: EngineParts) {
  const os = implement(contract.machines)
  const { hosts } = parts
  return os.router({
    detail: os.detail.handler(({ input }) => machineDetail(hosts.get(input.hostId), input.uuid)),
    power: os.power.handler(({ input }) =>
      powerMachine(parts, hosts.get(input.hostId), input.uuid, input.action, input.allowedReaches),
    ),
    reaches: os.reaches.handler(({ input }) => {
      const host = hosts.get(input.hostId)
      return unknownReach(parts, host, host.inventory.requireMachine(input.uuid))
    }),
    save: os.save.handler(({ input }) => saveMachine(parts, input)),
    setAutostart: os.setAutostart.handler(({ input }) =>
      setAutostart(parts.history, hosts.get(input.hostId), input.uuid, input.autostart),
    ),
    rename: os.rename.handler(({ input }) => {
      const host = hosts.get(input.hostId)
      const daemon = daemonFolders(host)
      return renameMachine(parts, host, input.uuid, { name: input.name, who: 'user' }, daemon)
    }),
    setTemplate: os.setTemplate.handler(({ input }) =>
      setTemplate(parts, hosts.get(input.hostId), input.uuid, { isTemplate: input.isTemplate }),
    ),
    dismissSetup: os.dismissSetup.handler(({ input }) => dismissSetup(hosts.get(input.hostId), input.uuid)),
    planDeletion: os.planDeletion.handler(({ input }) => deletionPlan(hosts.get(input.hostId), input.uuid, parts)),
    remove: os.remove.handler(({ input }) => removeMachine(parts, input, input)),
  })
}
