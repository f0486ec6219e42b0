import { integer, oneOf, text, yesNo } from '../codec.ts'
import { list, part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

/** What a network interface is plugged into; which fields apply is told by the interface's `type`. */
export class InterfaceSource extends xmlObject({
  /** type='network' */
  network: property('./@network', text),
  portGroup: property('./@portgroup', text),
  /** The bridge of type='bridge', and for a running guest also of type='network'. */
  bridge: property('./@bridge', text),
  /** type='direct' */
  device: property('./@dev', text),
  mode: property('./@mode', oneOf('vepa', 'bridge', 'private', 'passthrough')),
}) {}

export class VlanTag extends xmlObject({
  id: property('./@id', integer),
  nativeMode: property('./@nativeMode', oneOf('tagged', 'untagged')),
}) {}

/** Kilobytes a second and kilobytes, as libvirt counts traffic. */
export class TrafficLimit extends xmlObject({
  averageKBPerSecond: property('./@average', integer),
  peakKBPerSecond: property('./@peak', integer),
  burstKB: property('./@burst', integer),
}) {}

export class DomainInterface extends xmlObject({
  type: property(
    './@type',
    oneOf(
      'network',
      'bridge',
      'user',
      'direct',
      'ethernet',
      'hostdev',
      'internal',
      'mcast',
      'udp',
      'vhostuser',
      'vdpa',
      'null',
    ),
  ),
  macAddress: property('./mac/@address', text),
  source: part('./source', InterfaceSource),
  backend: property('./backend/@type', oneOf('default', 'passt')),
  vlanTags: list('./vlan/tag', VlanTag),
  /** The device on the host, there while the guest runs. */
  target: property('./target/@dev', text),
  model: property(
    './model/@type',
    oneOf(
      'virtio',
      'e1000',
      'e1000e',
      'rtl8139',
      'virtio-transitional',
      'virtio-non-transitional',
      'ne2k_pci',
      'pcnet',
      'vmxnet3',
    ),
  ),
  linkState: property('./link/@state', oneOf('up', 'down')),
  mtu: property('./mtu/@size', integer),
  filter: property('./filterref/@filter', text),
  isolated: property('./port/@isolated', yesNo),
  inbound: part('./bandwidth/inbound', TrafficLimit),
  outbound: part('./bandwidth/outbound', TrafficLimit),
  queues: property('./driver/@queues', integer),
  bootOrder: property('./boot/@order', integer),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}
