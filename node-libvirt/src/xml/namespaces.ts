/** Prefixes that paths may use. A document is matched by address, whatever prefix it chose itself. */
export const NAMESPACES = {
  strata: 'urn:strata:machine:1',
  libosinfo: 'http://libosinfo.org/xmlns/libvirt/domain/1.0',
  qemu: 'http://libvirt.org/schemas/domain/qemu/1.0',
} as const
