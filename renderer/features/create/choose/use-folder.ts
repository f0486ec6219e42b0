import type { FileEntry, FolderListing } from '@strata/contract/files.ts'
import type { StrataProblem } from '@strata/contract/errors.ts'
import { ref, shallowRef } from 'vue'

import { api } from '../../../api.ts'
import { toProblem } from '../../../problem.ts'

/** What a person can choose here: folders to go into, and all that a machine is made from. What it is, its content tells. */
const ENDINGS = ['.iso', '.img', '.raw', '.qcow2', '.qcow', '.vmdk', '.vdi', '.vhd', '.vhdx', '.ova', '.ovf', '.xml']

/** A folder of the engine's computer, and the ways to another one. */
export function useFolder() {
  const listing = shallowRef<FolderListing | null>(null)
  const problem = shallowRef<StrataProblem | null>(null)
  const isLoading = ref(false)
  let latest = 0

  /** Shows a folder; a null path is where one would look first. The last one asked for wins. */
  async function enter(path: string | null): Promise<boolean> {
    latest += 1
    const asked = latest
    isLoading.value = true
    try {
      const listed = await api.files.list({ path, endings: ENDINGS })
      if (asked !== latest) return false
      listing.value = { ...listed, entries: foldersFirst(listed.entries) }
      problem.value = null
      return true
    } catch (error) {
      if (asked === latest) problem.value = toProblem(error)
      return false
    } finally {
      if (asked === latest) isLoading.value = false
    }
  }

  return { listing, problem, isLoading, enter }
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function foldersFirst(entries: readonly FileEntry[]): FileEntry[] {
  return [...entries].sort(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || byName.compare(a.name, b.name),
  )
}
