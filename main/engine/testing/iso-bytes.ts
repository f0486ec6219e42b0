export const sector = 2048

function put(bytes: Uint8Array, offset: number, text: string) {
  bytes.set(new TextEncoder().encode(text), offset)
}

export interface Catalogue {
  defaultPlatform?: number
  defaultBootable?: boolean
  sections?: { platform: number; bootable: boolean; count?: number }[]
}

/** Descriptors as ECMA-119 sections 8.2 to 8.5 lay them out, catalogue as the El Torito paper does. */
export function isoBytes(options: {
  label?: string
  systemId?: string
  publisherId?: string
  applicationId?: string
  /** In sectors; what the descriptor claims. */
  volumeSectors?: number
  joliet?: string
  catalogue?: Catalogue
}): Uint8Array {
  const bytes = new Uint8Array(24 * sector)
  let at = 16
  const descriptor = (type: number) => {
    const offset = at * sector
    bytes[offset] = type
    put(bytes, offset + 1, 'CD001')
    bytes[offset + 6] = 1 // its version, without which firmware does not boot from it
    at += 1
    return offset
  }
  const primary = descriptor(1)
  put(bytes, primary + 8, (options.systemId ?? '').padEnd(32, ' '))
  put(bytes, primary + 40, (options.label ?? '').padEnd(32, ' '))
  put(bytes, primary + 318, (options.publisherId ?? '').padEnd(128, ' '))
  put(bytes, primary + 574, (options.applicationId ?? '').padEnd(128, ' '))
  const view = new DataView(bytes.buffer)
  view.setUint32(primary + 80, options.volumeSectors ?? 24, true)
  view.setUint16(primary + 128, sector, true)
  if (options.catalogue !== undefined) {
    const boot = descriptor(0)
    put(bytes, boot + 7, 'EL TORITO SPECIFICATION')
    new DataView(bytes.buffer).setUint32(boot + 71, 22, true)
    writeCatalogue(bytes.subarray(22 * sector), options.catalogue)
  }
  if (options.joliet !== undefined) {
    const joliet = descriptor(2)
    put(bytes, joliet + 88, '%/E')
    ;[...options.joliet.padEnd(16, ' ')].forEach(
      (letter, index) => (bytes[joliet + 41 + index * 2] = letter.charCodeAt(0)),
    )
  }
  descriptor(255)
  return bytes
}

function writeCatalogue(into: Uint8Array, { defaultPlatform = 0, defaultBootable = true, sections = [] }: Catalogue) {
  into.set([1, defaultPlatform], 0)
  into.set([0x55, 0xaa], 30)
  into[32] = defaultBootable ? 0x88 : 0
  let at = 64
  sections.forEach(({ platform, bootable, count = 1 }, index) => {
    into.set([index === sections.length - 1 ? 0x91 : 0x90, platform, count, 0], at)
    into[at + 32 * count] = bootable ? 0x88 : 0
    at += 32 * (count + 1)
  })
}
