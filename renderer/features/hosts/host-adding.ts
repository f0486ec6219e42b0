import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Whether it is asked for the address of a new host: from the sidebar, or from the palette. */
export const useHostAdding = defineStore('host-adding', () => {
  const isOpen = shallowRef(false)
  return { isOpen }
})
