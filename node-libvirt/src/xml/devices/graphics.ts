import { integer, oneOf, text, yesNo } from '../codec.ts'
import { list } from '../composition.ts'
import { property, secret } from '../property.ts'
import { xmlObject } from '../xml-object.ts'

export class GraphicsListen extends xmlObject({
  type: property('./@type', oneOf('address', 'network', 'socket', 'none')),
  address: property('./@address', text),
  network: property('./@network', text),
  /** The path of a unix socket; libvirt fills it in for a running guest. */
  socket: property('./@socket', text),
}) {}

export class DomainGraphics extends xmlObject({
  type: property('./@type', oneOf('vnc', 'spice', 'sdl', 'rdp', 'desktop', 'egl-headless', 'dbus')),
  /** -1 where libvirt is to choose. */
  port: property('./@port', integer),
  tlsPort: property('./@tlsPort', integer),
  webSocketPort: property('./@websocket', integer),
  autoPort: property('./@autoport', yesNo),
  /** The first address again, as libvirt keeps it for old readers. */
  listenAddress: property('./@listen', text),
  socket: property('./@socket', text),
  sharePolicy: property('./@sharePolicy', oneOf('allow-exclusive', 'force-shared', 'ignore')),
  password: secret(property('./@passwd', text)),
  passwordValidTo: property('./@passwdValidTo', text),
  keymap: property('./@keymap', text),
  listens: list('./listen', GraphicsListen),
  clipboardCopy: property('./clipboard/@copypaste', yesNo),
  accelerated3d: property('./gl/@enable', yesNo),
  renderNode: property('./gl/@rendernode', text),
}) {}
