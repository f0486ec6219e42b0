import { describe, expect, it } from 'vitest'

import { vmwareOvf } from '../../testing/ova-bytes.ts'
import { allocationUnitBytes } from './allocation-units.ts'
import { readOvf } from './ovf-document.ts'

const disk = { href: 'disk0.vmdk', capacityBytes: 8 * 1024 ** 3, sizeBytes: 1000 }

/** As VirtualBox 7 exports: OVF 2.0 with elements of their own for disks and cards, and its own description inside. */
const virtualBox = `<?xml version="1.0"?>
<Envelope ovf:version="2.0" xml:lang="en-US" xmlns="http://schemas.dmtf.org/ovf/envelope/2" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/2" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:sasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_StorageAllocationSettingData.xsd" xmlns:epasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_EthernetPortAllocationSettingData.xsd" xmlns:vbox="http://www.virtualbox.org/ovf/machine">
  <References><File ovf:id="file1" ovf:href="box-disk001.vmdk"/></References>
  <DiskSection><Info>x</Info><Disk ovf:capacity="21474836480" ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized" vbox:uuid="a"/></DiskSection>
  <VirtualSystem ovf:id="box">
    <Info>A virtual machine</Info>
    <OperatingSystemSection ovf:id="94"><Info>x</Info><Description>Ubuntu_64</Description><vbox:OSType ovf:required="false">Ubuntu22_LTS_64</vbox:OSType></OperatingSystemSection>
    <AnnotationSection><Info>x</Info><Annotation> A box.  </Annotation></AnnotationSection>
    <VirtualHardwareSection>
      <Info>x</Info>
      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>4</rasd:VirtualQuantity></Item>
      <Item><rasd:AllocationUnits>MegaBytes</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>2048</rasd:VirtualQuantity></Item>
      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>PIIX4</rasd:ResourceSubType><rasd:ResourceType>5</rasd:ResourceType></Item>
      <Item><rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceSubType>AHCI</rasd:ResourceSubType><rasd:ResourceType>20</rasd:ResourceType></Item>
      <StorageItem><sasd:HostResource>/disk/vmdisk1</sasd:HostResource><sasd:InstanceID>8</sasd:InstanceID><sasd:Parent>5</sasd:Parent><sasd:ResourceType>17</sasd:ResourceType></StorageItem>
      <StorageItem><sasd:InstanceID>9</sasd:InstanceID><sasd:Parent>3</sasd:Parent><sasd:ResourceType>15</sasd:ResourceType></StorageItem>
      <EthernetPortItem><epasd:Connection>NAT</epasd:Connection><epasd:InstanceID>7</epasd:InstanceID><epasd:ResourceSubType>E1000</epasd:ResourceSubType><epasd:ResourceType>10</epasd:ResourceType></EthernetPortItem>
    </VirtualHardwareSection>
    <vbox:Machine ovf:required="false" version="1.19-linux"><Hardware><Firmware type="EFI"/></Hardware></vbox:Machine>
  </VirtualSystem>
</Envelope>`

describe('an OVF file', () => {
  it('of VMware gives its hardware, with cards and disks that the same system has drivers for', () => {
    expect(readOvf(vmwareOvf('web', [disk]))).toEqual({
      name: 'web',
      description: null,
      osId: 'debian12',
      osName: 'debian12_64Guest',
      vcpuCount: 2,
      memoryKiB: 1024 ** 2,
      firmware: 'bios',
      nics: [{ model: 'virtio', networkName: 'VM Network' }],
      disks: [{ file: { href: 'disk0.vmdk', isCompressed: false }, capacityBytes: 8 * 1024 ** 3, controller: 'scsi' }],
      warnings: [],
    })
  })

  it('of VirtualBox, version 2, gives the same', () => {
    expect(readOvf(virtualBox)).toEqual({
      name: 'box',
      description: 'A box.',
      osId: 'ubuntu22.04',
      osName: 'Ubuntu_64',
      vcpuCount: 4,
      memoryKiB: 2 * 1024 ** 2,
      firmware: 'uefi',
      nics: [{ model: 'e1000', networkName: 'NAT' }],
      disks: [
        { file: { href: 'box-disk001.vmdk', isCompressed: false }, capacityBytes: 20 * 1024 ** 3, controller: 'sata' },
      ],
      warnings: [],
    })
  })

  it.each([
    ['<vmw:Config vmw:key="firmware" vmw:value="efi"/>', 'uefi'],
    [
      '<vmw:Config vmw:key="firmware" vmw:value="efi"/><vmw:Config vmw:key="bootOptions.efiSecureBootEnabled" vmw:value="true"/>',
      'uefi-secure',
    ],
    ['<vmw:Config vmw:key="firmware" vmw:value="bios"/>', 'bios'],
  ])('of VMware says its firmware by %s', (more, firmware) => {
    expect(readOvf(vmwareOvf('web', [disk], more)).firmware).toBe(firmware)
  })

  it('counts hardware of its default size only, and bounds not at all', () => {
    const item = (attributes: string, mib: number) =>
      `<Item ${attributes}><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>${mib}</rasd:VirtualQuantity></Item>`
    const text = vmwareOvf(
      'web',
      [disk],
      item('ovf:configuration="large"', 512) + item('ovf:bound="max"', 9000),
    ).replace(
      '<NetworkSection>',
      '<DeploymentOptionSection><Info/><Configuration ovf:id="small"/><Configuration ovf:id="large" ovf:default="true"/></DeploymentOptionSection><NetworkSection>',
    )
    expect(readOvf(text).memoryKiB).toBe(1536 * 1024)
    expect(readOvf(text.replace(' ovf:default="true"', '')).memoryKiB).toBe(1024 * 1024)
  })

  it('warns of what is not taken over', () => {
    const text = vmwareOvf('web', [disk]).replace(
      '<VirtualHardwareSection>',
      '<ProductSection><Info/><Property ovf:key="ip" ovf:type="string"/></ProductSection><EulaSection><Info/></EulaSection><VirtualHardwareSection>',
    )
    const two = text.replace('</Envelope>', '<VirtualSystem ovf:id="b"/></Envelope>')
    expect(readOvf(two).warnings).toMatchObject([
      { english: expect.stringContaining('2 machines') as string },
      { english: expect.stringContaining('expects settings') as string },
      { english: expect.stringContaining('licence') as string },
    ])
  })

  const valid = vmwareOvf('web', [disk])
  it.each([
    ['text that is not XML', valid.replace('</References>', ''), 'damaged in line'],
    ['XML of something else', '<domain/>', 'begins with <domain>'],
    ['no machine', valid.replace(/<VirtualSystem [^]*<\/VirtualSystem>/, ''), 'describes no machine'],
    ['no hardware', valid.replaceAll('VirtualHardwareSection', 'OtherSection'), 'nothing of the machine'],
    ['a disk that is not described', valid.replace('ovf:diskId="vmdisk0"', 'ovf:diskId="other"'), 'does not describe'],
    ['a disk without a file of that id', valid.replace('ovf:id="file0"', 'ovf:id="other"'), 'in which file'],
    ['a disk in pieces', vmwareOvf('web', [{ ...disk, more: 'ovf:chunkSize="7"' }]), 'cut into pieces'],
    ['a compression of its own', vmwareOvf('web', [{ ...disk, more: 'ovf:compression="rot13"' }]), 'compressed by'],
    [
      'a disk over another one',
      valid.replace('ovf:fileRef=', 'ovf:parentRef="vmdisk9" ovf:fileRef='),
      'differs from another',
    ],
    [
      'entities that grow without end',
      `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${valid.replace('<?xml version="1.0" encoding="UTF-8"?>', '')}`,
      'damaged in line 1',
    ],
    ['elements without end', `<Envelope>${'<a>'.repeat(10_000)}`, 'nested deeper'],
    ['more than a mebibyte', `<Envelope>${' '.repeat(1024 ** 2)}</Envelope>`, 'Longer than'],
  ])('is refused with %s', (_what, text, words) => {
    expect(() => readOvf(text)).toThrow(words)
  })
})

describe('a unit of allocation', () => {
  it.each([
    ['byte', 1],
    ['byte * 2^20', 1024 ** 2],
    ['byte*2^30', 1024 ** 3],
    ['byte * 10^6', 1_000_000],
    ['bytes * 1024', 1024],
    ['MegaBytes', 1024 ** 2],
    ['GB', 1024 ** 3],
    ['hertz * 10^6', null],
    ['byte * 2^99', null],
    ['a lot', null],
  ])('%s is %s bytes', (unit, bytes) => {
    expect(allocationUnitBytes(unit)).toBe(bytes)
  })
})
