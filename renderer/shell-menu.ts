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
