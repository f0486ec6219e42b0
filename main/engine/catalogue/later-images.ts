import type { ImageRecord } from './os-record.ts'

/** @param pattern an address with {arch} where the architecture's name goes */
export function imagesAt(
  pattern: string,
  names: Readonly<Record<string, string>> = { x86_64: 'x86_64', aarch64: 'aarch64' },
) {
  return Object.entries(names).map(([architecture, name]): ImageRecord => {
    const url = pattern.replaceAll('{arch}', name)
    return { architecture, url, format: 'qcow2', variant: null, cloudInit: true }
  })
}
const debianNames = { x86_64: 'amd64', aarch64: 'arm64' }
export const debianImages = (version: string, codename: string) =>
  imagesAt(
    `https://cloud.debian.org/images/cloud/${codename}/latest/debian-${version}-genericcloud-{arch}.qcow2`,
    debianNames,
  )
export const ubuntuImages = (codename: string) =>
  imagesAt(`https://cloud-images.ubuntu.com/${codename}/current/${codename}-server-cloudimg-{arch}.img`, debianNames)
export const fedoraImages = (version: string, compose: string) =>
  imagesAt(
    `https://download.fedoraproject.org/pub/fedora/linux/releases/${version}/Cloud/{arch}/images/` +
      `Fedora-Cloud-Base-Generic-${version}-${compose}.{arch}.qcow2`,
  )
export const almaImages = (version: string) =>
  imagesAt(
    `https://repo.almalinux.org/almalinux/${version}/cloud/{arch}/images/AlmaLinux-${version}-GenericCloud-latest.{arch}.qcow2`,
  )
