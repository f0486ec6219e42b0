import { integer, oneOf, onOff, text, yesNo } from './codec.ts'
import { list, part } from './composition.ts'
import { documentObject } from './document-object.ts'
import { DomainMetadata } from './domain-metadata.ts'
import { NetworkIp } from './network-ip.ts'
import { flag, property } from './property.ts'
import { xmlObject } from './xml-object.ts'

export class NetworkForwardInterface extends xmlObject({
  device: property('./@dev', text),
}) {}

/** How guests get out. No forward element at all: they do not, the network is isolated. */
export class NetworkForward extends xmlObject({
  mode: property('./@mode', oneOf('nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev')),
  device: property('./@dev', text),
  interfaces: list('./interface', NetworkForwardInterface),
  natPortStart: property('./nat/port/@start', integer),
  natPortEnd: property('./nat/port/@end', integer),
}) {}

export class NetworkBridge extends xmlObject({
  name: property('./@name', text),
  stp: property('./@stp', onOff),
  delaySeconds: property('./@delay', integer),
  zone: property('./@zone', text),
}) {}

export class DnsHost extends xmlObject({
  address: property('./@ip', text),
}) {}

export class NetworkPortGroup extends xmlObject({
  name: property('./@name', text),
  isDefault: property('./@default', yesNo),
}) {}

/** @see https://libvirt.org/formatnetwork.html */
export class NetworkXml extends documentObject(
  'network',
  {
    name: property('./name', text),
    uuid: property('./uuid', text),
    title: property('./title', text),
    description: property('./description', text),
    metadata: part('./metadata', DomainMetadata),
    /** How many guests are plugged in; libvirt counts them while the network runs. */
    connectionCount: property('./@connections', integer),
    isIpv6: property('./@ipv6', yesNo),
    isForwarded: flag('./forward'),
    forward: part('./forward', NetworkForward),
    bridge: part('./bridge', NetworkBridge),
    mtu: property('./mtu/@size', integer),
    macAddress: property('./mac/@address', text),
    domainName: property('./domain/@name', text),
    isDomainLocal: property('./domain/@localOnly', yesNo),
    dnsEnabled: property('./dns/@enable', yesNo),
    dnsHosts: list('./dns/host', DnsHost),
    ips: list('./ip', NetworkIp),
    portGroups: list('./portgroup', NetworkPortGroup),
  },
  ['name'],
) {}
