import { dirname } from 'node:path'

import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { Host } from '../hosts/host.ts'
import { systemCodeOf } from '../strata-error.ts'
import type { MachineNow } from './machine-now.ts'

/** Where a machine's UEFI variables lie, and whether Strata can keep a copy of them and bring one back. */
export type Variables =
  | { readonly kind: 'none' }
  /** They are an image that libvirt keeps points of itself. */
  | { readonly kind: 'in-an-image' }
  | { readonly kind: 'file'; readonly path: string }
  /** The machine has not run yet. */
  | { readonly kind: 'not-made-yet' }
  | { readonly kind: 'out-of-reach'; readonly sentence: Said }

/** Far more than the variables of a PC take; what is larger is no such file. */
export const mostVariablesBytes = 8 * 1024 ** 2

export async function variablesOf(host: Host, { stored, ground }: MachineNow): Promise<Variables> {
  if (ground.machine.firmware !== 'uefi' || ground.isTestDriver) return { kind: 'none' }
  const { path, format } = stored.os.nvram
  if (format === 'qcow2') return { kind: 'in-an-image' }
  if (path === null) return outOfReach(say('snapshots.definitionDoesNotSay'))
  const { files } = host
  if (files?.sharesPaths !== true) return outOfReach(say('snapshots.uefiVariablesLie', { host: host.label }))
  try {
    const found = await files.stat(path)
    if (found.kind !== 'file' || found.sizeBytes > mostVariablesBytes)
      return outOfReach(say('snapshots.uefiVariablesNotFile', { path }))
    const isOpen = (await files.mayUse(path, 'read')) && (await files.mayUse(dirname(path), 'write-in-folder'))
    return isOpen ? { kind: 'file', path } : closed(path)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    return code === 'ENOENT' ? { kind: 'not-made-yet' } : closed(path)
  }
}

const closed = (path: string) => outOfReach(say('snapshots.uefiVariablesLieWhere', { path }))

const outOfReach = (sentence: Said): Variables => ({ kind: 'out-of-reach', sentence })
