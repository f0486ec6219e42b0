/** `npm`, `timeout` and terminals pass a signal on to a whole family, so that one wish arrives more than once. */
const SAME_WISH_MS = 1_000

/** The first signal asks to end in order, a later one ends. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | null = null
    const stop = () => {
      firstMs ??= performance.now()
      resolve()
      if (performance.now() - firstMs > SAME_WISH_MS) process.exit(130)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
