import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { orNull } from '../hosts/place/files-of.ts'
import type { HostFiles } from '../hosts/place/host-files.ts'

/** Where a user's machines get onto bridges: a helper of QEMU's that runs with root's rights, and its list of bridges. */
export interface BridgeHelper {
  /** Null: none is installed. */
  readonly path: string | null
  readonly hasRights: boolean
  readonly allows: (bridgeName: string) => boolean
}

const helperPaths = [
  '/usr/lib/qemu/qemu-bridge-helper',
  '/usr/libexec/qemu-bridge-helper',
  '/usr/lib64/qemu/qemu-bridge-helper',
]
export const bridgeListPath = '/etc/qemu/bridge.conf'
const mostIncludes = 16
const setUserId = 0o4000

type BridgeFiles = Pick<HostFiles, 'stat' | 'readText'>

/** As it is on the host. */
export async function readBridgeHelper(files: BridgeFiles): Promise<BridgeHelper> {
  const rules = await readRules(files, bridgeListPath, { left: mostIncludes })
  const allows = (name: string) => {
    const applying = rules.filter(({ bridge }) => bridge === 'all' || bridge === name)
    // As the helper reads it: one word against a bridge counts more than any word for it.
    return applying.length > 0 && !applying.some(({ verb }) => verb === 'deny')
  }
  for (const path of helperPaths) {
    const found = await orNull(files.stat(path))
    if (found !== null) return { path, hasRights: (found.mode & setUserId) !== 0 && found.ownerId === 0, allows }
  }
  return { path: null, hasRights: false, allows }
}

interface Rule {
  readonly verb: 'allow' | 'deny'
  readonly bridge: string
}

/** A list that cannot be read allows nothing; one that includes itself is read a few times only. */
async function readRules(files: BridgeFiles, path: string, budget: { left: number }): Promise<Rule[]> {
  if (budget.left === 0) return []
  budget.left -= 1
  const text = (await orNull(files.readText(path))) ?? ''
  const rules: Rule[] = []
  for (const line of text.split('\n')) {
    const [verb, word] = line.trim().split(/\s+/)
    if (word === undefined) continue
    if (verb === 'allow' || verb === 'deny') rules.push({ verb, bridge: word })
    if (verb === 'include') rules.push(...(await readRules(files, word, budget)))
  }
  return rules
}

/** Why a user's machine cannot be put on a bridge; null: it can. */
export function whyNotOnBridge(helper: BridgeHelper, bridgeName: string): Said | null {
  if (helper.path === null) return say('create.qemusBridgeHelperNot')
  if (!helper.allows(bridgeName)) return say('create.yourMachinesMayNot', { bridgeName, bridgeListPath })
  if (!helper.hasRights) return say('create.yourMachinesCannotQemus', { bridgeName })
  return null
}
