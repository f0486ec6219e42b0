import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import type { XmlElement } from 'node-libvirt/xml'

/** What an element lets the guest, or whoever made the definition, do outside of the machine. */
export interface Outside {
  readonly kind: 'reads' | 'writes' | 'runs' | 'device' | 'network' | 'confinement' | 'arguments' | 'unknown'
  /** What it may do, from the machine on: 'may write to /home/ada/.profile on this computer'. */
  readonly what: Said
}

export type FileUse = 'read' | 'write'

/** What only the host's own picture can say. */
export interface ReachGround {
  /** Whether a machine may have this file without a question: a volume of a pool that nobody else uses, its own firmware. */
  isOwnFile(path: string, use: FileUse): Promise<boolean>
  /** Where a volume that is named by its pool lies. Null: nobody can tell, and so it may be anything. */
  volumePath(pool: string, volume: string): Promise<string | null>
  /** What lies below a disk's image by the image's own word, as far as it is not own: 'reads /etc/shadow'. */
  outsideOfImage(path: string, format: string | null): Promise<readonly Outside[]>
}

/** What an element with this path means by its attributes and words; what is below it is looked at by itself. */
export type ReachingElement = (element: XmlElement, ground: ReachGround) => Promise<readonly Outside[]>

export const reads = (path: string | Said): Outside => ({
  kind: 'reads',
  what: say('definitions.mayReadComputer', { path }),
})
export const writes = (path: string | Said): Outside => ({
  kind: 'writes',
  what: say('definitions.mayWriteComputer', { path }),
})
export const runs = (path: string): Outside => ({
  kind: 'runs',
  what: say('definitions.runsProgramComputer', { path }),
})
export const device = (what: Said): Outside => ({ kind: 'device', what })
export const network = (what: Said): Outside => ({ kind: 'network', what })

export const inside: readonly Outside[] = []
export const attribute = (element: XmlElement, name: string) => element.getAttribute(name) ?? ''
export const typeOf = (element: XmlElement) => attribute(element, 'type')
export const parentOf = (element: XmlElement) => element.parent ?? element

export async function file(ground: ReachGround, path: string, use: FileUse): Promise<readonly Outside[]> {
  if (path === '' || (await ground.isOwnFile(path, use))) return inside
  return [use === 'read' ? reads(path) : writes(path)]
}
