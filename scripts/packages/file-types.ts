/** What Strata opens, by the names of shared-mime-info; libvirt's XML has none there, so it is described here. */
export const FILE_TYPES = [
  'application/vnd.efi.iso',
  'application/x-cd-image',
  'application/x-qemu-disk',
  'application/x-vmdk-disk',
  'application/x-virtualbox-vmdk',
  'application/x-vdi-disk',
  'application/x-virtualbox-vdi',
  'application/x-vhdx-disk',
  'application/x-virtualbox-vhdx',
  'application/x-vhd-disk',
  'application/x-virtualbox-vhd',
  'application/x-virtualbox-ova',
  'application/x-virtualbox-ovf',
  'application/x-libvirt-domain+xml',
] as const

/** For /usr/share/mime/packages: libvirt's domain, known by its first element. */
export const mimeTypes = `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-libvirt-domain+xml">
    <comment>libvirt virtual machine</comment>
    <sub-class-of type="application/xml"/>
    <root-XML namespaceURI="" localName="domain"/>
  </mime-type>
</mime-info>
`
