import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Whether the list of keys is shown. */
export const useKeysHelp = defineStore('keys-help', () => {
  const isOpen = shallowRef(false)
  return { isOpen }
})
