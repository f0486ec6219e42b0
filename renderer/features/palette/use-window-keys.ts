import { useEventListener } from '@vueuse/core'

export interface WindowKeyActs {
  /** Puts the cursor into the search; a letter given begins the text. */
  search(letter: string): void
  help(): void
}

/** True where keys belong to something else: a field, an open dialog or menu, or a console. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('input,textarea,select,canvas,[contenteditable],[role="menu"],[role="dialog"],[role="listbox"]'))
    return true
  return document.querySelector('[role="dialog"][data-state="open"],[role="menu"][data-state="open"]') !== null
}

const isLetter = (event: KeyboardEvent) =>
  event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey

/**
 * The keys that work everywhere. They are heard last, so that whoever has the focus takes what is its own: a console
 * swallows everything.
 */
export function useWindowKeys(acts: WindowKeyActs): void {
  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      acts.search('')
      return
    }
    if (isTaken(event.target) || !isLetter(event)) return
    event.preventDefault()
    if (event.key === '?') acts.help()
    else acts.search(event.key === '/' ? '' : event.key)
  })
}
