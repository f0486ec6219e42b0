import { DomainXml } from 'node-libvirt/xml'

/** Where a running guest's screen listens, on its host. */
export type VncEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }

export interface VncScreen {
  readonly endpoint: VncEndpoint
  readonly password: string | null
}

/** From the live description, read with its passwords. Null: it has no VNC screen that one could connect to. */
export function vncScreen(liveXml: string): VncScreen | null {
  const screen = DomainXml.parse(liveXml).devices.graphics.find(({ type }) => type === 'vnc')
  if (screen === undefined) return null
  const path = screen.listens.find(({ type }) => type === 'socket')?.socket ?? screen.socket
  if (path !== null) return { endpoint: { kind: 'socket', path }, password: screen.password }
  if (screen.port === null || screen.port <= 0) return null
  const listens =
    screen.listens.find(({ type }) => type === 'address' || type === 'network')?.address ?? screen.listenAddress
  return { endpoint: { kind: 'tcp', address: reachable(listens), port: screen.port }, password: screen.password }
}

/** A guest that listens everywhere listens on loopback too. */
function reachable(address: string | null): string {
  if (address === null || address === '' || address === '0.0.0.0') return '127.0.0.1'
  return address === '::' ? '::1' : address
}
