import type { StrataProblem } from '@strata/contract/errors.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import type { Snapshot, SnapshotList, WayBack } from '@strata/contract/snapshots.ts'
import { defineStore } from 'pinia'
import { shallowRef, triggerRef } from 'vue'

import { api } from '../../api.ts'
import { toProblem } from '../../problem.ts'
import { type InventoryKey, keyOf } from '../hosts/inventory-store.ts'
import { useJobsStore } from '../jobs/jobs-store.ts'

export type SnapshotAct =
  | { readonly kind: 'take'; readonly name: string; readonly description: string }
  | { readonly kind: 'revert'; readonly name: string; readonly present: 'keep' | 'discard' }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'take-back'; readonly name: string; readonly key: string }
  | { readonly kind: 'remove-forgotten'; readonly name: string; readonly key: string }

interface MachineSnapshots {
  readonly list: SnapshotList | null
  /** Why the list could not be had; null: it could. */
  readonly problem: StrataProblem | null
  /** What is being done, as long as it takes; one act at a time. */
  readonly act: SnapshotAct | null
  readonly jobId: string | null
  /** Why the last act failed. */
  readonly actProblem: StrataProblem | null
}

const nothing: MachineSnapshots = { list: null, problem: null, act: null, jobId: null, actProblem: null }

function begin({ hostId, uuid }: MachineRef, act: SnapshotAct): Promise<JobRef> {
  switch (act.kind) {
    case 'take':
      return api.snapshots.take({ hostId, uuid, name: act.name, description: act.description })
    case 'revert':
      return api.snapshots.revert({ hostId, uuid, name: act.name, present: act.present })
    case 'remove':
      return api.snapshots.remove({ hostId, uuid, name: act.name })
    case 'take-back':
      return api.snapshots.takeBackForgotten({ hostId, uuid, key: act.key })
    case 'remove-forgotten':
      return api.snapshots.removeForgotten({ hostId, uuid, key: act.key })
  }
}

/** The restore points of the machines that are looked at: the header and the tab show the same. */
export const useSnapshotsStore = defineStore('snapshots', () => {
  const machines = shallowRef(new Map<InventoryKey, MachineSnapshots>())
  const pictures = new Map<string, Promise<string | null>>()
  const loads = new Map<InventoryKey, number>()

  const of = (ref: MachineRef): MachineSnapshots => machines.value.get(keyOf(ref)) ?? nothing

  function put(ref: MachineRef, change: Partial<MachineSnapshots>): void {
    machines.value.set(keyOf(ref), { ...of(ref), ...change })
    triggerRef(machines)
  }

  /** Reads the list anew; a slower, older answer does not overwrite a newer one. */
  async function load(ref: MachineRef): Promise<void> {
    const load = (loads.get(keyOf(ref)) ?? 0) + 1
    loads.set(keyOf(ref), load)
    const isLatest = () => loads.get(keyOf(ref)) === load
    try {
      const list = await api.snapshots.list({ hostId: ref.hostId, uuid: ref.uuid })
      if (isLatest()) put(ref, { list, problem: null })
    } catch (error) {
      if (isLatest()) put(ref, { problem: toProblem(error) })
    }
  }

  /** Does the act and waits for its end; returns whether it succeeded. */
  async function perform(machine: Machine, act: SnapshotAct): Promise<boolean> {
    if (of(machine).act !== null) return false
    put(machine, { act, actProblem: null })
    try {
      const { jobId } = await begin(machine, act)
      put(machine, { jobId })
      const job = await useJobsStore().ended(jobId)
      put(machine, { actProblem: job.state === 'failed' ? job.problem : null })
      await load(machine)
      return job.state === 'done'
    } catch (error) {
      put(machine, { actProblem: toProblem(error) })
      return false
    } finally {
      put(machine, { act: null, jobId: null })
    }
  }

  /** What stands in the way of going back to a point, and what to know before. Null: it cannot be asked now; the act asks again. */
  function wayBack({ hostId, uuid }: MachineRef, name: string): Promise<WayBack | null> {
    return api.snapshots.wayBack({ hostId, uuid, name }).catch(() => null)
  }

  /** The address of a point's picture inside this window; null: there is none. */
  function picture(ref: MachineRef, snapshot: Snapshot): Promise<string | null> {
    if (!snapshot.hasPicture) return Promise.resolve(null)
    // A name can be used again for another moment.
    const key = `${keyOf(ref)}/${snapshot.takenAtMs}/${snapshot.name}`
    const known = pictures.get(key)
    if (known !== undefined) return known
    const wanted = api.snapshots
      .picture({ hostId: ref.hostId, uuid: ref.uuid, name: snapshot.name })
      .then((blob) => (blob === null ? null : URL.createObjectURL(blob)))
      .catch(() => {
        // Asked for again the next time it is looked at.
        pictures.delete(key)
        return null
      })
    pictures.set(key, wanted)
    return wanted
  }

  /** Lets go of the pictures' memory, when the page is left. */
  function releasePictures(): void {
    for (const address of pictures.values())
      void address.then((url) => {
        if (url !== null) URL.revokeObjectURL(url)
      })
    pictures.clear()
  }

  const dismissProblem = (ref: MachineRef): void => {
    put(ref, { actProblem: null })
  }

  return { machines, of, load, perform, wayBack, picture, releasePictures, dismissProblem }
})
