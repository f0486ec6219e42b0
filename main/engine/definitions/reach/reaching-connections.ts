import { say } from '@strata/contract/words/say.ts'

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
      type === 'sdl' || type === 'desktop'
        ? say('definitions.opensWindowComputersScreen')
        : say('definitions.givesScreen', { type })
    return Promise.resolve(
      type === 'egl-headless' ? [device(say('definitions.usesGraphicsCardComputer'))] : [network(what)],
    )
  }
  const hasPassword = element.getAttribute('passwd') !== null
  const addresses = [element.getAttribute('listen')].flatMap((address) => address ?? [])
  return Promise.resolve([
    ...addresses.flatMap((address) => listening(address, hasPassword)),
    ...(element.getAttribute('socket') === null
      ? []
      : [network(say('definitions.listensSocket', { attribute: attribute(element, 'socket') }))]),
  ])
}

export const listen: ReachingElement = (element) => {
  const hasPassword = parentOf(element).getAttribute('passwd') !== null
  switch (typeOf(element)) {
    case 'address':
      return Promise.resolve(listening(attribute(element, 'address'), hasPassword))
    case 'socket': {
      const path = element.getAttribute('socket')
      return Promise.resolve(path === null ? inside : [network(say('definitions.listensSocket2', { path }))])
    }
    case 'network':
      return Promise.resolve([
        network(
          hasPassword
            ? say('definitions.showsScreenNetwork', { attribute: attribute(element, 'network') })
            : say('definitions.showsScreenNetworkWithout', { attribute: attribute(element, 'network') }),
        ),
      ])
    case 'none':
      return Promise.resolve(inside)
    default:
      return Promise.resolve([network(say('definitions.showsScreenWayNot'))])
  }
}

function listening(address: string, hasPassword: boolean): Outside[] {
  if (address === '' || loopback.has(address)) return []
  const where = /^(0\.0\.0\.0|::|\*)$/.test(address) ? say('definitions.allAddressesComputer') : address
  return [
    network(
      hasPassword
        ? say('definitions.showsScreen', { where })
        : say('definitions.showsScreenWithoutPassword', { where }),
    ),
  ]
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
      return Promise.resolve([device(say('definitions.getsDeviceComputer', { path }))])
    case 'unix':
      if (path === '' || (mode !== 'connect' && ownSocket.test(path) && !path.includes('/../')))
        return Promise.resolve(inside)
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'connect'
            ? say('definitions.talksSocketComputer', { path })
            : say('definitions.makesSocketComputer', { path }),
        ),
      ])
    case 'tcp':
    case 'udp': {
      const place = `${attribute(source, 'host')}:${attribute(source, 'service')}`
      return Promise.resolve([
        network(
          attribute(source, 'mode') === 'bind'
            ? say('definitions.listensWithoutPassword', { place })
            : say('definitions.connectsTo', { place }),
        ),
      ])
    }
    default:
      void ground
      return Promise.resolve([network(say('definitions.joinedComputer', { type }))])
  }
}

/** Such a device may do without a source only where it needs none. */
export const characterDevice: ReachingElement = (element) => {
  const type = typeOf(element)
  const isInner = innerKinds.has(type) || ['unix', 'file', 'pipe', 'dev', 'tcp', 'udp'].includes(type)
  return Promise.resolve(isInner ? inside : [network(say('definitions.joinedComputer', { type }))])
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
      return Promise.resolve([network(say('definitions.makesOrTakesNetwork'))])
    case 'server':
    case 'mcast':
    case 'udp':
    case 'client':
      return Promise.resolve([network(say('definitions.sendsNetworksPacketsAnother'))])
    case 'hostdev':
      return Promise.resolve([device(say('definitions.getsNetworkCardComputer'))])
    default:
      return Promise.resolve([network(say('definitions.networkCardKind', { type: typeOf(element) }))])
  }
}

export const interfaceSource: ReachingElement = (source) => {
  const type = typeOf(parentOf(source))
  if (type === 'direct' && attribute(source, 'mode') === 'passthrough')
    return Promise.resolve([
      device(say('definitions.takesNetworkCardComputer', { attribute: attribute(source, 'dev') })),
    ])
  if (['user', 'network', 'bridge', 'direct', 'internal'].includes(type)) return Promise.resolve(inside)
  const path = source.getAttribute('path')
  return Promise.resolve(path === null ? inside : [network(say('definitions.talksSocketComputer', { path }))])
}

export const interfaceBackend: ReachingElement = (element) => {
  const paths = ['tap', 'vhost'].flatMap((name) => element.getAttribute(name) ?? [])
  const logFile = element.getAttribute('logFile')
  return Promise.resolve([
    ...paths.map((path) => device(say('definitions.opensComputer', { path }))),
    ...(logFile === null ? [] : [writes(logFile)]),
  ])
}

export const script: ReachingElement = (element) => Promise.resolve([runs(attribute(element, 'path'))])
