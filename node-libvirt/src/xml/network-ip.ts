import { integer, oneOf, text } from './codec.ts'
import { list } from './composition.ts'
import { flag, property } from './property.ts'
import { xmlObject } from './xml-object.ts'

export class DhcpRange extends xmlObject({
  start: property('./@start', text),
  end: property('./@end', text),
}) {}

/** An address that is kept for one guest. */
export class DhcpHost extends xmlObject({
  macAddress: property('./@mac', text),
  /** IPv6 knows the guest by this instead. */
  clientId: property('./@id', text),
  name: property('./@name', text),
  address: property('./@ip', text),
}) {}

/** One address of the host in the network, with what it gives out there. */
export class NetworkIp extends xmlObject({
  family: property('./@family', oneOf('ipv4', 'ipv6')),
  address: property('./@address', text),
  netmask: property('./@netmask', text),
  prefixLength: property('./@prefix', integer),
  hasDhcp: flag('./dhcp'),
  dhcpRanges: list('./dhcp/range', DhcpRange),
  dhcpHosts: list('./dhcp/host', DhcpHost),
  tftpRoot: property('./tftp/@root', text),
  bootFile: property('./dhcp/bootp/@file', text),
}) {}
