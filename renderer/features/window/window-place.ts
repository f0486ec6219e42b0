import { useTitle } from '@vueuse/core'
import { computed, nextTick, onScopeDispose } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { t } from '../../i18n.ts'
import { useInventoryStore } from '../hosts/inventory-store.ts'

/** Names the window after the place that it shows, and keeps the keyboard's focus when a place goes away. */
export function useWindowPlace(): void {
  const inventory = useInventoryStore()
  const route = useRoute()
  const router = useRouter()

  const place = computed(() => {
    const { hostId, uuid } = route.params
    switch (route.name) {
      case 'machines':
        return t('machines.title')
      case 'open':
        return String(route.query['machine'])
      case 'machine':
        return inventory.machine({ hostId: String(hostId), uuid: String(uuid) })?.name ?? null
      case 'host':
        return inventory.host(String(hostId))?.label ?? null
      case 'create':
        return t('window.newMachine')
      case 'images':
        return t('images.title')
      case 'trash':
        return t('window.trash')
      case 'settings':
        return t('window.settings')
      default:
        return null
    }
  })
  useTitle(computed(() => (place.value === null ? t('window.title') : t('window.titleOf', { place: place.value }))))

  // What had the focus went with the old page: without this, Tab would begin at the top of the window again.
  onScopeDispose(
    router.afterEach(async () => {
      await nextTick()
      if (document.activeElement === document.body) document.getElementById('page')?.focus({ preventScroll: true })
    }),
  )
}
