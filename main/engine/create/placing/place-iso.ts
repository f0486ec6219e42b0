import type { MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { planAnswers } from '../../guest-setup/answers/plan-answers.ts'
import type { AnswerPlan } from '../../guest-setup/answers/answer-plan.ts'
import { extractBootFiles } from '../../guest-setup/answers/extract-boot-files.ts'
import { writeIso } from '../../guest-setup/disc/write-iso.ts'
import { StrataError } from '../../strata-error.ts'
import { freeIsoName } from '../../storage/free-name.ts'
import { isWindows } from '../form/guest-family.ts'
import { inspectIsoMedia, type InspectedIso } from '../sources/media.ts'
import { uploadBytes, uploadIso } from '../../storage/place-media.ts'
import { describeVolume, volumeOf, withMedia } from '../../storage/read-media.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'

type IsoSource = Extract<MachineSource, { kind: 'iso' }>

export function planIso(source: IsoSource): SourcePlan {
  const uploads = source.media.kind === 'file' && source.media.use === 'upload'
  return {
    steps: [
      ...(uploads ? [{ id: 'upload', label: say('create.copyIsoIntoPool') }] : []),
      ...(source.installs === 'automatically'
        ? [{ id: 'answers', label: say('create.writeAnswersForInstaller') }]
        : []),
    ],
    disk: 'new',
    place: (context) => placeIso(source, context),
  }
}

async function placeIso(source: IsoSource, context: PlaceContext): Promise<Placement> {
  const { parts, host, wanted } = context
  const inspected = await inspectIsoMedia(parts, host, source.media)
  const mediaPath = await placeMedia(source, context, inspected)
  const { fileName } = inspected.found
  const how =
    source.media.kind === 'file' && source.media.use === 'upload'
      ? say('create.copiedIntoPool')
      : say('create.readWhereLies')
  const placement: Placement = {
    ...emptyPlacement,
    cdroms: [mediaPath],
    installation: { runs: 'by-hand', files: [] },
    asksForKey: isWindows(inspected.match?.os.osId ?? wanted.osId),
    sourceName: fileName,
    notes: [say('create.from', { fileName, how })],
  }
  if (source.installs === 'by-hand') return placement
  context.job.step('answers')
  const plan = answersOf(inspected, context)
  const placed = await placeAnswers(plan, source, context)
  const user = wanted.setup?.userName ?? ''
  return {
    ...placement,
    ...placed,
    notes: [...placement.notes, say('create.installedItselfAnswersFor', { user, kind: plan.kind })],
  }
}

/** Gives the path that the machine's drive will have. */
async function placeMedia(source: IsoSource, context: PlaceContext, { found }: InspectedIso): Promise<string> {
  const { host, wanted, taken, job } = context
  const { media } = source
  if (media.kind === 'volume')
    return host.slow(async (connection) => (await describeVolume(await volumeOf(connection, media))).path)
  const path = found.source.kind === 'file' ? found.source.path : media.path
  if (media.use === 'in-place') return path
  job.step('upload')
  const name = freeIsoName(found.fileName, taken)
  return uploadIso(host, { path, sizeBytes: found.sizeBytes, poolUuid: wanted.poolUuid, name }, job)
}

function answersOf({ image, match, found }: InspectedIso, context: PlaceContext): AnswerPlan {
  const { host, wanted, machine, macAddress } = context
  const osId = match?.os.osId ?? wanted.osId
  if (osId !== null && wanted.setup !== null) {
    const plan = planAnswers(
      {
        osId,
        architecture: match?.architecture ?? host.facts?.architecture ?? 'x86_64',
        firmware: wanted.firmware,
        diskDevice: wanted.disk.bus === 'virtio' ? '/dev/vda' : '/dev/sda',
        machine: { name: wanted.name, uuid: machine.uuid },
        macAddress,
        volumeLabel: image.volumeLabel,
        kernelPath: match?.kernelPath ?? null,
        initrdPath: match?.initrdPath ?? null,
        windows: { language: match?.language ?? null, edition: null },
        driversDisc: wanted.driversMedia !== null,
        mirror: null,
      },
      wanted.setup,
    )
    if (plan !== null) return plan
  }
  throw new StrataError('unsupported', say('create.strataDoesNotKnow', { fileName: found.fileName }), {
    field: 'source',
  })
}

/** Everything here serves the installation alone, and is taken away when it is over. */
async function placeAnswers(
  plan: AnswerPlan,
  source: IsoSource,
  context: PlaceContext,
): Promise<Pick<Placement, 'seeds' | 'directBoot' | 'installation'>> {
  const { host, wanted, stem, job } = context
  const upload = (name: string, content: Uint8Array) =>
    uploadBytes(host, { poolUuid: wanted.poolUuid, name: `${stem}-${name}`, content }, job)
  const seeds = plan.disc === null ? [] : [await upload('answers.iso', writeIso(plan.disc.volumeId, plan.disc.files))]
  if (plan.boot === null) return { seeds, directBoot: null, installation: { runs: 'automatic', files: seeds } }
  const { boot } = plan
  const { kernel, initrd } = await withMedia(host, source.media, ({ readAt }) => extractBootFiles(readAt, boot))
  const kernelPath = await upload('kernel', kernel)
  const initrdPath = await upload('initrd', initrd)
  return {
    seeds,
    directBoot: { kernelPath, initrdPath, commandLine: boot.commandLine },
    installation: { runs: 'automatic', files: [...seeds, kernelPath, initrdPath] },
  }
}
