const MARK = '#sign-in='

function take(): string | null {
  if (!location.hash.startsWith(MARK)) return null
  const token = location.hash.slice(MARK.length)
  // Out of the address at once: it is good for one use, and must be in no history.
  history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

/** The one-time token with which the web shell opened this window, taken out of its address; null: there was none. */
export const takenToken = take()
