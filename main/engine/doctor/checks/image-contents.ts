import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

import type { Cause } from '@strata/contract/doctor.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed, type Said } from '@strata/contract/words/said.ts'

import { runImageTool, toolLimits } from '../../disk-images/image-tool.ts'
import { givenPath } from '../../disk-images/open-image.ts'
import { machineRepairs } from '../../repairs/offered-for-machine.ts'
import { repairs } from '../../repairs/offered.ts'
import { quoted } from '../../definitions/quoted.ts'
import { StrataError, systemCodeOf } from '../../strata-error.ts'
import { stops, warns } from '../causes.ts'
import type { Examined } from '../examined.ts'
import type { ChainLink, ExaminedImage } from '../../disk-images/image-chain.ts'

/** Formats that a definition may name. */
const namedFormats: ReadonlySet<string> = new Set(['raw', 'qcow2', 'qed', 'vmdk', 'vdi'])

/** Every image is what it is called, says what it is built on, and can be opened. */
export async function checkImageContents(examined: Examined): Promise<Cause[]> {
  const lists = await Promise.all(
    (await examined.images()).map(async (image) => [
      ...wrongFormat(examined, image),
      ...(await wrongBelow(examined, image)),
      ...(examined.isActive ? [] : await damaged(examined, image)),
    ]),
  )
  return lists.flat()
}

function wrongFormat({ machine }: Examined, { chain, targetDev, isRemovable }: ExaminedImage): Cause[] {
  const [top] = chain
  if (top?.header == null || top.saidFormat === null || top.saidFormat === top.header.format) return []
  const { format } = top.header
  const said = top.saidFormat
  const mend = namedFormats.has(format) ? machineRepairs.setDiskFormat(machine, targetDev, top.path, format) : null
  if (said === 'raw') {
    // It starts, and the guest sees the container instead of the disk. Most often an imported image; a drive is read as it is.
    if (isRemovable) return []
    return [
      warns('format-unsure', {
        sentence: say('doctor.diskReadRawBut', { targetDev, path: top.path, format }),
        proof: say('doctor.beginsMarkGuestCan', { path: top.path, format }),
        repairs: [mend],
      }),
    ]
  }
  if (said !== 'qcow2') return []
  return [
    stops('format-wrong', {
      sentence:
        format === 'raw'
          ? say('doctor.definitionCallsDiskBut', { path: top.path, targetDev, said })
          : say('doctor.definitionCallsDiskButContent', { path: top.path, targetDev, said, format }),
      proof: say('doctor.fileDoesNotBegin', { said }),
      repairs: [mend],
    }),
  ]
}

async function wrongBelow(examined: Examined, { chain, targetDev }: ExaminedImage): Promise<Cause[]> {
  const { machine } = examined
  const lists = chain.slice(1).map(async (link, at) => {
    const above = chain[at]
    if (above === undefined || link.header === null || link.saidFormat === link.header.format) return []
    const image = { path: above.path, backingPath: link.path, backingFormat: link.header.format }
    const mend = (await canBeMended(examined, above.path))
      ? machineRepairs.rebaseImage(machine, image, { kind: 'format' })
      : byHand(image)
    if (link.saidFormat === null) {
      // libvirt looks for itself where that is harmless: at an image that names no further file.
      if (link.header.backing === null) return []
      return [
        stops('backing-format-unknown', {
          sentence: say('doctor.diskDoesNotSay', { path: above.path, targetDev }),
          proof: say('doctor.namesWithoutFormatFile', { path: link.path, format: link.header.format }),
          repairs: [mend],
        }),
      ]
    }
    if (link.saidFormat !== 'qcow2') return []
    return [
      stops('backing-format-wrong', {
        sentence: say('doctor.diskSaysBelowQcow2', { path: above.path, targetDev, linkPath: link.path }),
        proof: say('doctor.doesNotBeginMark', { path: link.path }),
        repairs: [mend],
      }),
    ]
  })
  return (await Promise.all(lists)).flat()
}

/** By a button: QEMU's tools of this computer can be given the image, and this user may write to it. */
async function canBeMended({ files }: Examined, path: string): Promise<boolean> {
  return files?.sharesPaths === true && (await files.mayUse(path, 'write'))
}

const byHand = (image: { path: string; backingPath: string; backingFormat: string }) =>
  repairs.byHand(
    say('doctor.recordFormat', { backingFormat: image.backingFormat }),
    say('doctor.writesIntoWhatImage', { path: image.path }),
    `sudo qemu-img rebase -u -f qcow2 -b ${quoted(image.backingPath)} -F ${image.backingFormat} ${quoted(image.path)}`,
  )

/** QEMU opens no image for writing that it marked as damaged, and none whose tables lie outside of it. */
async function damaged(examined: Examined, image: ExaminedImage): Promise<Cause[]> {
  const { machine } = examined
  const lists = await Promise.all(
    image.chain.map(async (link, at) => {
      if (link.header?.format !== 'qcow2' || link.saidFormat !== 'qcow2') return []
      const isWritten = at === 0 && !image.isReadOnly
      const proof = link.header.isMarkedCorrupt && isWritten ? markedWords : await whyNotOpened(examined, link)
      if (proof === null) return []
      return [
        stops('image-damaged', {
          sentence: say('doctor.imageDiskDamaged', { path: link.path, targetDev: image.targetDev }),
          proof,
          repairs: [
            (await canBeMended(examined, link.path))
              ? machineRepairs.mendImage(machine, link.path)
              : mendByHand(link.path),
          ],
        }),
      ]
    }),
  )
  return lists.flat()
}

const markedWords = say('doctor.qemuFoundDamagedBefore')

const mendByHand = (path: string) =>
  repairs.byHand(
    say('doctor.mendImage'),
    say('doctor.copyImageFirstWhat'),
    `sudo cp --sparse=always ${quoted(path)} ${quoted(`${path}.before-mending`)} && sudo qemu-img check -r all ${quoted(path)}`,
  )

/** Null: qemu-img opens it, or nobody can tell here. The image alone, without those below it. */
async function whyNotOpened({ files }: Examined, { path }: ChainLink): Promise<Said | null> {
  const file = files?.sharesPaths === true ? await openOrNull(path) : null
  if (file === null) return null // told of by the check of access
  try {
    const words = ['info', '--force-share', '-f', 'qcow2', '--output', 'json', '--', givenPath(0)]
    const ended = await runImageTool(words, { limits: toolLimits.glance, descriptors: [file.fd], sees: 'given' })
    return ended.exitCode === null || ended.exitCode === 0
      ? null
      : unkeyed(ended.errorText.replaceAll(givenPath(0), path).trim())
  } catch (error) {
    if (error instanceof StrataError) return null // QEMU's tools are not installed
    throw error
  } finally {
    await file.close()
  }
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null
  }
}
