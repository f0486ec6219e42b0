import { isAppAddress } from './app-address.ts'

/** What the window needs of the browser. Everything else a page could ask for is denied without a question. */
const GRANTED: ReadonlySet<string> = new Set([
  'clipboard-read', // pasting into a guest
  'clipboard-sanitized-write', // copying out of a guest
  'fullscreen',
  'notifications', // of the end of a job, when the user has turned notices on
  'keyboardLock', // so that Esc and Alt+Tab reach a guest in full screen
  'pointerLock', // guests with a relative mouse
])

/** @param origin of the page that asks; Electron gives it with or without a slash, or as a whole address */
export function mayUse(permission: string, origin: string): boolean {
  return GRANTED.has(permission) && isAppAddress(origin)
}
