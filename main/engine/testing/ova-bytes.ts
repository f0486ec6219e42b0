import { createHash } from 'node:crypto'

export interface TarMember {
  readonly name: string
  readonly content: Uint8Array
  /** '0' a file (the default), '1' and '2' links, '5' a folder, 'x' a pax header. */
  readonly type?: string
  /** What the header says, where that is to be a lie. */
  readonly sizeBytes?: number
}

const block = 512

/** A tar archive as POSIX 1003.1 lays it out (ustar). */
export function tarBytes(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap(({ name, content, type = '0', sizeBytes = content.length }) => {
    const header = Buffer.alloc(block)
    header.write(name, 0, 100)
    header.write('0000644\0', 100)
    header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(type, 156)
    header.write('ustar\x0000', 257, 'latin1')
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const padding = Buffer.alloc((block - (content.length % block)) % block)
    return [header, content, padding]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)])
}

export interface OvfDiskText {
  readonly href: string
  readonly capacityBytes: number
  readonly sizeBytes: number
  /** More attributes of the File element. */
  readonly more?: string
}

/** An OVF 1.0 file as VMware's tools write it: a SCSI controller, its disks, a CPU, memory and a card. */
export function vmwareOvf(name: string, disks: readonly OvfDiskText[], more = ''): string {
  const files = disks.map(
    ({ href, sizeBytes, more: attributes = '' }, index) =>
      `<File ovf:href="${href}" ovf:id="file${index}" ovf:size="${sizeBytes}" ${attributes}/>`,
  )
  const entries = disks.map(
    ({ capacityBytes }, index) =>
      `<Disk ovf:capacity="${capacityBytes / 1024 ** 2}" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="vmdisk${index}" ovf:fileRef="file${index}" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>`,
  )
  const drives = disks.map(
    (_, index) =>
      `<Item><rasd:AddressOnParent>${index}</rasd:AddressOnParent><rasd:ElementName>disk${index}</rasd:ElementName><rasd:HostResource>ovf:/disk/vmdisk${index}</rasd:HostResource><rasd:InstanceID>${10 + index}</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References>${files.join('')}</References>
  <DiskSection><Info>Disks</Info>${entries.join('')}</DiskSection>
  <NetworkSection><Info>Networks</Info><Network ovf:name="VM Network"/></NetworkSection>
  <VirtualSystem ovf:id="${name}">
    <Info>A machine</Info>
    <Name>${name}</Name>
    <OperatingSystemSection ovf:id="96" vmw:osType="debian12_64Guest"><Info>System</Info></OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <Item><rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
      <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>1024</rasd:VirtualQuantity></Item>
      <Item><rasd:Address>0</rasd:Address><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>lsilogic</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>
      ${drives.join('')}
      <Item><rasd:Connection>VM Network</rasd:Connection><rasd:InstanceID>30</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></Item>
      ${more}
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`
}

export interface OvaFile {
  readonly name: string
  readonly content: Buffer
  readonly capacityBytes: number
}

/** A whole archive: description, manifest, disks, in the order that OVF wants. */
export function ovaBytes(
  name: string,
  disks: readonly OvaFile[],
  options: { spoilt?: string; more?: string } = {},
): Buffer {
  const described = disks.map(({ name: href, content, capacityBytes }) => ({
    href,
    capacityBytes,
    sizeBytes: content.length,
  }))
  const ovf = Buffer.from(vmwareOvf(name, described, options.more))
  const lines = [{ name: `${name}.ovf`, content: ovf }, ...disks].map(({ name: file, content }) => {
    const digest = createHash('sha256')
      .update(content)
      .update(file === options.spoilt ? 'x' : '')
      .digest('hex')
    return `SHA256(${file})= ${digest}\n`
  })
  return tarBytes([
    { name: `${name}.ovf`, content: ovf },
    { name: `${name}.mf`, content: Buffer.from(lines.join('')) },
    ...disks.map(({ name: file, content }) => ({ name: file, content })),
  ])
}
