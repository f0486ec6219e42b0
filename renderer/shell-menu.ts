/** What the application's menu of the Electron shell says: show a page of the router. */
const isWish = (data: unknown): data is { readonly go: string } =>
  typeof data === 'object' && data !== null && 'go' in data && typeof data.go === 'string' && data.go.startsWith('/')

/** Does what the menu says, until its port is closed. */
export function followMenu(port: MessagePort, go: (path: string) => void): void {
  port.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (isWish(event.data)) go(event.data.go)
  })
  port.start()
}

/** The web shell speaks to a window that it has opened by an event: what a second start wants to see. */
export function followShell(go: (path: string) => void): void {
  window.addEventListener('strata:go', (event) => {
    if (event instanceof CustomEvent && isWish({ go: event.detail as unknown })) go(String(event.detail))
  })
}
