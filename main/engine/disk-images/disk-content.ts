/** What stands at the beginning of a disk, as a guest sees it. */
export interface DiskContent {
  readonly partitions: 'gpt' | 'mbr' | 'none'
  /** A file system, or another layout that fills the disk without partitions. */
  readonly fileSystem: string | null
  readonly bootsBios: boolean
  readonly bootsUefi: boolean
}

/** So much is enough for `readDiskContent`. */
export const contentHeadBytes = 128 * 1024

const efiSystemPartition = '28732ac11ff8d211ba4b00a0c93ec93b' // C12A7328-F81F-11D2-BA4B-00A0C93EC93B as GPT stores it
const biosBootPartition = '4861682149646f6e744e656564454649' // 21686148-6449-6E6F-744E-656564454649: 'Hah!IdontNeedEFI'

const fileSystems: readonly { readonly at: number; readonly bytes: string; readonly name: string }[] = [
  { at: 0x438, bytes: '\x53\xef', name: 'ext4' },
  { at: 0, bytes: 'XFSB', name: 'XFS' },
  { at: 0x1_0040, bytes: '_BHRfS_M', name: 'Btrfs' },
  { at: 3, bytes: 'NTFS    ', name: 'NTFS' },
  { at: 3, bytes: 'EXFAT   ', name: 'exFAT' },
  { at: 0x52, bytes: 'FAT32   ', name: 'FAT' },
  { at: 0x36, bytes: 'FAT1', name: 'FAT' },
  { at: 0x218, bytes: 'LVM2 001', name: 'LVM' },
  { at: 0, bytes: 'hsqs', name: 'SquashFS' },
  { at: 0xff6, bytes: 'SWAPSPACE2', name: 'swap' },
  { at: 0, bytes: 'LUKS\xba\xbe', name: 'LUKS' },
]

/** Reads partition tables (the PC's, and UEFI 2.10 chapter 5) and boot sectors. */
export function readDiskContent(head: Buffer): DiskContent {
  const latin = head.toString('latin1')
  const fileSystem = fileSystems.find(({ at, bytes }) => latin.startsWith(bytes, at))?.name ?? null
  const hasBootSignature = head.length >= 512 && head[510] === 0x55 && head[511] === 0xaa
  // A disk has 512 bytes to a sector, or 4096.
  const gptAt = [512, 4096].find((sectorBytes) => latin.startsWith('EFI PART', sectorBytes))
  const hasCode = hasBootSignature && head.subarray(0, 3).some((byte) => byte !== 0)
  if (gptAt !== undefined) return { partitions: 'gpt', fileSystem: null, ...gptBoot(head, gptAt, hasCode) }
  const types = hasBootSignature ? mbrTypes(head) : []
  if (types.length > 0 && fileSystem !== 'FAT' && fileSystem !== 'NTFS') {
    return { partitions: 'mbr', fileSystem: null, bootsBios: hasCode, bootsUefi: types.includes(0xef) }
  }
  return { partitions: 'none', fileSystem, bootsBios: hasCode, bootsUefi: false }
}

/** Types of the entries that are used; none where the table cannot be one. */
function mbrTypes(head: Buffer): number[] {
  const entries = [446, 462, 478, 494].map((at) => head.subarray(at, at + 16))
  const isTable = entries.every((entry) => entry[0] === 0 || entry[0] === 0x80)
  return isTable ? entries.map((entry) => entry[4] ?? 0).filter((type) => type !== 0) : []
}

function gptBoot(head: Buffer, sectorBytes: number, hasCode: boolean): { bootsBios: boolean; bootsUefi: boolean } {
  const entriesAt = Number(head.readBigUInt64LE(sectorBytes + 72)) * sectorBytes
  const count = Math.min(head.readUInt32LE(sectorBytes + 80), 128)
  const entryBytes = head.readUInt32LE(sectorBytes + 84)
  if (entryBytes < 128 || entryBytes > 4096) return { bootsBios: false, bootsUefi: false }
  const types = new Set<string>()
  for (let index = 0; index < count; index += 1) {
    const at = entriesAt + index * entryBytes
    if (at + 16 <= head.length) types.add(head.toString('hex', at, at + 16))
  }
  return { bootsBios: hasCode && types.has(biosBootPartition), bootsUefi: types.has(efiSystemPartition) }
}

/** Whether anything says that this is a disk at all, and not just any file. */
export const isDisk = ({ partitions, fileSystem, bootsBios }: DiskContent) =>
  partitions !== 'none' || fileSystem !== null || bootsBios
