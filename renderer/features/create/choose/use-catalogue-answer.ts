import type { OsSummary } from '@strata/contract/catalogue.ts'
import { useDebounceFn } from '@vueuse/core'
import { shallowRef, watch } from 'vue'

import { api } from '../../../api.ts'

const PAUSE_MS = 250
const MOST = 4

export interface KnownSystem {
  readonly os: OsSummary
  /** Where its makers offer an ISO; null: the catalogue does not say. */
  readonly isoUrl: string | null
}

/** Only addresses of the web: the catalogue is read from files that anybody may have written. */
const webAddress = (url: string | null | undefined): string | null =>
  url !== null && url !== undefined && /^https?:\/\//.test(url) ? url : null

/** What the catalogue knows of a text, asked a moment after it stands still; null: not known yet. */
export function useCatalogueAnswer(text: () => string) {
  const systems = shallowRef<readonly KnownSystem[] | null>(null)
  let latest = 0

  async function ask(): Promise<void> {
    latest += 1
    const asked = latest
    try {
      const found = await api.catalogue.search({ text: text().trim().slice(0, 200), limit: MOST })
      const known = await Promise.all(
        found.map(async (os): Promise<KnownSystem> => {
          const { media } = await api.catalogue.os({ osId: os.osId })
          const installer = media.find((each) => each.isInstaller && webAddress(each.url) !== null) ?? media[0]
          return { os, isoUrl: webAddress(installer?.url) }
        }),
      )
      if (asked === latest) systems.value = known
    } catch {
      // Without the catalogue nothing more is known than that nothing here fits.
      if (asked === latest) systems.value = []
    }
  }
  const askSoon = useDebounceFn(ask, PAUSE_MS)
  watch(text, () => void askSoon(), { immediate: true })

  return { systems }
}
