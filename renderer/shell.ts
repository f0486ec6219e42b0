declare global {
  interface Window {
    /** Put there by the Electron shell's preload (preload/index.ts). */
    readonly strataShell?: { pathOf(file: File): string }
  }
}

/** Which shell this window is in. */
export const isInElectron = (): boolean => window.strataShell !== undefined

/** Where a file that was dropped lies. Null: this shell is not told, or it lies nowhere, as what a page has made. */
export function pathOfFile(file: File): string | null {
  const path = window.strataShell?.pathOf(file) ?? ''
  return path === '' ? null : path
}

export const socketUrl = (path: string): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`

/** The nonce of this document for <style> elements; read as a property, browsers blank the attribute. */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

export interface ShellPorts {
  readonly rpc: MessagePort
  /** Carries the ports of consoles, one message for each. */
  readonly consoles: MessagePort
  /** The application's menu speaks on it. */
  readonly menu: MessagePort | null
}

const isPortsMessage = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'strata:ports'

let latestPorts: Promise<ShellPorts> | null = null

/** Asks the Electron shell's preload for the ports of the engine; answered when the engine runs. */
export function portsFromShell(): Promise<ShellPorts> {
  latestPorts = new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>) => {
      // The preload runs in this very window; a frame or an opener would be another source.
      if (event.source !== window || !isPortsMessage(event.data)) return
      const [rpc, consoles, menu = null] = event.ports
      if (rpc === undefined || consoles === undefined) return
      window.removeEventListener('message', take)
      resolve({ rpc, consoles, menu })
    }
    window.addEventListener('message', take)
    window.postMessage({ type: 'strata:ports-wanted' }, window.location.origin)
  })
  return latestPorts
}

/** The port for consoles that came with the engine's present line. */
export async function consolesPort(): Promise<MessagePort> {
  if (latestPorts === null) throw new Error('The shell was not asked for its ports yet.')
  return (await latestPorts).consoles
}
