import {
  attribute,
  device,
  inside,
  network,
  parentOf,
  runs,
  typeOf,
  writes,
  type Outside,
  type ReachingElement,
} from './outside.ts'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** <graphics>: the address that it listens on is said there, in <listen>, or nowhere; then it is the host's default. */
export const graphics: ReachingElement = (element) => {
  const type = typeOf(element)
  if (!['vnc', 'spice'].includes(type)) {
    const what =
      type === 'sdl' || type === 'desktop' ? 'opens a window on this computer’s screen' : `gives its screen to ${type}`
    return Promise.resolve(
      type === 'egl-headless' ? [device('uses the graphics card of this computer')] : [network(what)],
    )
  }
  const hasPassword = element.getAttribute('passwd') !== null
  const addresses = [element.getAttribute('listen')].flatMap((address) => address ?? [])
  return Promise.resolve([
    ...addresses.flatMap((address) => listening(address, hasPassword)),
    ...(element.getAttribute('socket') === null
      ? []
      : [network(`listens on the socket ${attribute(element, 'socket')}`)]),
  ])
}

export const listen: ReachingElement = (element) => {
  const hasPassword = parentOf(element).getAttribute('passwd') !== null
  switch (typeOf(element)) {
    case 'address':
      return Promise.resolve(listening(attribute(element, 'address'), hasPassword))
    case 'socket': {
      const path = element.getAttribute('socket')
      return Promise.resolve(path === null ? inside : [network(`listens on the socket ${path}`)])
    }
    case 'network':
      return Promise.resolve([
        network(`shows its screen in the network “${attribute(element, 'network')}”${password(hasPassword)}`),
      ])
    case 'none':
      return Promise.resolve(inside)
    default:
      return Promise.resolve([network('shows its screen in a way that is not known')])
  }
}

const password = (isSet: boolean) => (isSet ? '' : ' without a password')

function listening(address: string, hasPassword: boolean): Outside[] {
  if (address === '' || loopback.has(address)) return []
  const where = /^(0\.0\.0\.0|::|\*)$/.test(address) ? 'all addresses of this computer' : address
  return [network(`shows its screen on ${where}${password(hasPassword)}`)]
}

/** What a serial port, a channel and the like are joined to; of these kinds the guest alone is at the other end. */
const innerKinds = new Set(['', 'pty', 'null', 'vc', 'spicevmc', 'spiceport', 'qemu-vdagent'])
const ownSocket = /^\/[^\0]*\/libvirt\/qemu\/channel\/target\/[^/]+(?:\/[^/]+)?$/

export const characterSource: ReachingElement = (source, ground) => {
  const type = typeOf(parentOf(source))
  const [path, mode] = [attribute(source, 'path'), attribute(source, 'mode')]
  if (innerKinds.has(type)) return Promise.resolve(inside)
  switch (type) {
    case 'file':
    case 'pipe':
      return Promise.resolve([writes(path)])
    case 'dev':
      return Promise.resolve([device(`gets the device ${path} of this computer`)])
    case 'unix':
      if (path === '' || (mode !== 'connect' && ownSocket.test(path) && !path.includes('/../')))
        return Promise.resolve(inside)
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'connect'
            ? `talks to the socket ${path} of this computer`
            : `makes the socket ${path} on this computer`,
        ),
      ])
    case 'tcp':
    case 'udp': {
      const place = `${attribute(source, 'host')}:${attribute(source, 'service')}`
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'bind' ? `listens on ${place} without a password` : `connects to ${place}`,
        ),
      ])
    }
    default:
      void ground
      return Promise.resolve([network(`is joined to “${type}” of this computer`)])
  }
}

/** Such a device may do without a source only where it needs none. */
export const characterDevice: ReachingElement = (element) => {
  const type = typeOf(element)
  const isInner = innerKinds.has(type) || ['unix', 'file', 'pipe', 'dev', 'tcp', 'udp'].includes(type)
  return Promise.resolve(isInner ? inside : [network(`is joined to “${type}” of this computer`)])
}

export const log: ReachingElement = (element) => Promise.resolve([writes(attribute(element, 'file'))])

export const interfaceType: ReachingElement = (element) => {
  switch (typeOf(element)) {
    case 'user':
    case 'network':
    case 'bridge':
    case 'direct':
    case 'internal':
    case 'null':
      return Promise.resolve(inside)
    case 'ethernet':
      return Promise.resolve([network('makes, or takes, a network device of this computer')])
    case 'server':
    case 'mcast':
    case 'udp':
    case 'client':
      return Promise.resolve([network('sends its network’s packets to another program by IP')])
    case 'hostdev':
      return Promise.resolve([device('gets a network card of this computer')])
    default:
      return Promise.resolve([network(`has a network card of the kind “${typeOf(element)}”`)])
  }
}

export const interfaceSource: ReachingElement = (source) => {
  const type = typeOf(parentOf(source))
  if (type === 'direct' && attribute(source, 'mode') === 'passthrough')
    return Promise.resolve([device(`takes the network card ${attribute(source, 'dev')} of this computer for itself`)])
  if (['user', 'network', 'bridge', 'direct', 'internal'].includes(type)) return Promise.resolve(inside)
  const path = source.getAttribute('path')
  return Promise.resolve(path === null ? inside : [network(`talks to the socket ${path} of this computer`)])
}

export const interfaceBackend: ReachingElement = (element) => {
  const paths = ['tap', 'vhost'].flatMap((name) => element.getAttribute(name) ?? [])
  const logFile = element.getAttribute('logFile')
  return Promise.resolve([
    ...paths.map((path) => device(`opens ${path} of this computer`)),
    ...(logFile === null ? [] : [writes(logFile)]),
  ])
}

export const script: ReachingElement = (element) => Promise.resolve([runs(attribute(element, 'path'))])
