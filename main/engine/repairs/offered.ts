import type { Machine } from '@strata/contract/machines.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { InstallablePackage, Repair } from '@strata/contract/repairs.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../hosts/host.ts'
import type { HostSystem } from '../hosts/place/host-system.ts'
import type { ClosedPlace } from '../storage/file-access.ts'
import type { QemuUser } from '../storage/qemu-user.ts'
import { namesElsewhere } from './package-names.ts'
import { quoted } from '../definitions/quoted.ts'

type Privileges = Pick<HostSystem, 'isRoot' | 'packages' | 'hasPkexec'>

const isRootOf = ({ login }: Pick<Host, 'login'>) => login?.userId === 0
const sudo = (host: Pick<Host, 'login'>) => (isRootOf(host) ? '' : 'sudo ')

/** The repairs of a host that the engine can offer, each worded once. Those of one machine are in offered-for-machine.ts. */
export const repairs = {
  startNetwork: (hostId: string, network: Pick<Network, 'uuid' | 'name'>): Repair => ({
    label: say('repairs.startNetwork', { network: network.name }),
    explanation: say('repairs.startsNetworkNowEach'),
    command: `virsh net-start ${quoted(network.name)} && virsh net-autostart ${quoted(network.name)}`,
    action: { kind: 'start-network', hostId, networkUuid: network.uuid },
  }),
  /** Only the system daemon can: a user's own may not make bridges. */
  makeDefaultNetwork: (hostId: string): Repair => ({
    label: say('repairs.makeDefaultNetwork'),
    explanation: say('repairs.definesNatNetworkDefault'),
    command: 'virsh net-define /usr/share/libvirt/networks/default.xml && virsh net-start default',
    action: { kind: 'make-default-network', hostId },
  }),
  startPool: (hostId: string, pool: Pick<Pool, 'uuid' | 'name'>): Repair => ({
    label: say('repairs.startPool', { pool: pool.name }),
    explanation: say('repairs.startsStoragePoolNow'),
    command: `virsh pool-start ${quoted(pool.name)} && virsh pool-autostart ${quoted(pool.name)}`,
    action: { kind: 'start-pool', hostId, poolUuid: pool.uuid },
  }),
  makeDefaultPool: (hostId: string, folder: string): Repair => ({
    label: say('repairs.makeDefaultPool'),
    explanation: say('repairs.makesStoragePoolStarts', { folder }),
    command: `virsh pool-define-as default dir --target ${quoted(folder)} && virsh pool-build default && virsh pool-start default && virsh pool-autostart default`,
    action: { kind: 'make-default-pool', hostId },
  }),
  forceOff: (machine: Pick<Machine, 'hostId' | 'uuid' | 'name'>): Repair => ({
    label: say('repairs.forceOff'),
    explanation: say('repairs.cutsPowerWhatSystem', { machine: machine.name }),
    command: `virsh destroy ${quoted(machine.name)}`,
    action: { kind: 'force-off', hostId: machine.hostId, uuid: machine.uuid },
  }),
  ejectMedia: (machine: Pick<Machine, 'hostId' | 'uuid' | 'name'>, targetDev: string): Repair => ({
    label: say('repairs.ejectMissingMedium'),
    explanation: say('repairs.leavesDriveEmpty', { targetDev, machine: machine.name }),
    command: `virsh change-media ${quoted(machine.name)} ${quoted(targetDev)} --eject --config`,
    action: { kind: 'eject-media', hostId: machine.hostId, uuid: machine.uuid, targetDev },
  }),
  /**
   * By a button where this user may, by itself or through the desktop's own question for a password; else by hand.
   * @param system null: the host cannot be looked at from here, and nothing is offered
   */
  installPackages: (hostId: string, packages: readonly InstallablePackage[], system: Privileges | null): Repair[] => {
    if (system?.packages == null) return []
    const { isRoot, hasPkexec } = system
    const names = system.packages === 'apt' ? packages : namesElsewhere(system.packages, packages)
    const tool = { apt: 'apt-get install', dnf: 'dnf install', pacman: 'pacman -S', zypper: 'zypper install' }
    const mayRun = system.packages === 'apt' && (isRoot || hasPkexec)
    const repair: Repair = {
      label: say('repairs.install', { names }),
      explanation: isRoot
        ? say('repairs.installsSystemsOwnPackage', { names })
        : say('repairs.installsSystemsOwnPackageArchive', { names }),
      command: `${isRoot ? '' : 'sudo '}${tool[system.packages]} ${names.join(' ')}`,
      action: mayRun ? { kind: 'install-packages', hostId, packages: [...packages] } : null,
    }
    return [repair]
  },
  /** @param host where the bridge is to be; only by an administrator's login there it can be made by a button. */
  makeBridge: (host: Pick<Host, 'id' | 'programs' | 'login'>, bridgeName: string): Repair => ({
    label: say('repairs.makeBridge', { bridgeName }),
    explanation: say('repairs.makesEmptyBridgeLasts'),
    command: `${sudo(host)}ip link add name ${quoted(bridgeName)} type bridge && ${sudo(host)}ip link set ${quoted(bridgeName)} up`,
    action: host.programs !== null && isRootOf(host) ? { kind: 'make-bridge', hostId: host.id, bridgeName } : null,
  }),
  /** Exactly one folder or file, and exactly the right that is missing. */
  grantAccess: (
    host: Pick<Host, 'id' | 'programs' | 'login'>,
    filePath: string,
    place: ClosedPlace,
    user: QemuUser,
  ): Repair => {
    const { path, right } = place
    const ownId = host.login?.userId ?? -1
    const isOwners = place.ownerId === user.userId
    const letters = { pass: 'x', read: 'r', 'read-write': 'rw' }[right]
    const mayRun = host.programs !== null && (ownId === 0 || ownId === place.ownerId)
    const prefix = mayRun ? '' : 'sudo '
    const undo = isOwners ? `chmod u-${letters}` : `setfacl -x u:${user.name}`
    return {
      label: say('repairs.letQemuIn', { right }),
      explanation: say('repairs.letUserIn', { right, user: user.name, path, undo: `${undo} ${quoted(path)}` }),
      command: isOwners
        ? `${prefix}chmod u+${letters} ${quoted(path)}`
        : `${prefix}setfacl -m u:${user.name}:${letters} ${quoted(path)}`,
      action: mayRun ? { kind: 'grant-access', hostId: host.id, filePath, path, right } : null,
    }
  },
  /** Only the user can do it. */
  byHand: (label: Said, explanation: Said, command: string): Repair => ({
    label,
    explanation,
    command,
    action: null,
  }),
}
