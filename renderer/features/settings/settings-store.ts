import type { Settings } from '@strata/contract/settings.ts'
import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watchEffect } from 'vue'

import { api } from '../../api.ts'
import { whenEngineOpen } from '../../engine-link.ts'

/** What holds until the engine has told the user's own settings. */
const initial: Settings = {
  theme: 'system',
  trashDays: 30,
  lastMediaFolder: null,
  tableSort: { column: 'name', direction: 'ascending' },
}

export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings>(initial)
  const isLoaded = shallowRef(false)
  const prefersDark = usePreferredDark()
  const isDark = computed(() =>
    settings.value.theme === 'system' ? prefersDark.value : settings.value.theme === 'dark',
  )

  async function load(): Promise<void> {
    await whenEngineOpen()
    settings.value = await api.settings.read()
    isLoaded.value = true
  }

  /** Shows the change at once and takes it back when the engine could not keep it. */
  async function change(wanted: Partial<Settings>): Promise<void> {
    const before = settings.value
    settings.value = { ...before, ...wanted }
    try {
      settings.value = await api.settings.change(wanted)
    } catch (error) {
      settings.value = before
      throw error
    }
  }

  /** Keeps the document in the chosen theme; called once by the window. */
  function applyTheme(): void {
    watchEffect(() => {
      const { classList } = document.documentElement
      classList.toggle('dark', isDark.value)
      classList.toggle('light', !isDark.value)
    })
  }

  return { settings, isLoaded, isDark, load, change, applyTheme }
})
