/** Whether `ready` has been: what may be called only before it, or only after it, asks here. */
export const lifecycle = { isReady: false }

/** Ends what belongs to the runtime; each part adds its own. @type {(() => void | Promise<void>)[]} */
export const atExit = []
/** The windows that are open. @type {Set<{ close(): void }>} */
export const openWindows = new Set()

/** @param {string} what */
export function onlyBeforeReady(what) {
  if (lifecycle.isReady) throw new Error(`${what} must be called before app is ready`)
}

/** @param {string} what */
export function onlyAfterReady(what) {
  if (!lifecycle.isReady) throw new Error(`${what} can only be used after app is ready`)
}
