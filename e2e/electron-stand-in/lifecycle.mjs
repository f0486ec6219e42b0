/** Whether `ready` has been: what may be called only before it, or only after it, asks here. */
export const lifecycle = { isReady: false }

/** @param {string} what */
export function onlyBeforeReady(what) {
  if (lifecycle.isReady) throw new Error(`${what} must be called before app is ready`)
}

/** @param {string} what */
export function onlyAfterReady(what) {
  if (!lifecycle.isReady) throw new Error(`${what} can only be used after app is ready`)
}
