import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

/** A file that is dropped anywhere on the window. Its name and size are known, and what is in it; never where it lies. */
export function useFileDrop(onFile: (file: File) => void) {
  const isOver = ref(false)
  useEventListener(window, 'dragover', (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    isOver.value = true
  })
  useEventListener(window, 'dragleave', (event: DragEvent) => {
    // Out of the window, not from one part of it into another.
    if (event.relatedTarget === null) isOver.value = false
  })
  useEventListener(window, 'drop', (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    isOver.value = false
    const file = event.dataTransfer?.files[0]
    if (file !== undefined) onFile(file)
  })
  return { isOver }
}
