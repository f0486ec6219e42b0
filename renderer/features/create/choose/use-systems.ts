import type { OsSummary } from '@strata/contract/catalogue.ts'
import { shallowRef } from 'vue'

import { api } from '../../../api.ts'

/** As many as the catalogue gives at once: those that are supported, the newest first. */
const LIMIT = 200

/** The catalogue's systems by their ids, for glyphs and names; without the catalogue there are none, and nothing else lacks. */
export function useSystems() {
  const systems = shallowRef<ReadonlyMap<string, OsSummary>>(new Map())
  api.catalogue.search({ text: '', limit: LIMIT }).then(
    (list) => {
      systems.value = new Map(list.map((os) => [os.osId, os]))
    },
    () => undefined,
  )
  return systems
}
