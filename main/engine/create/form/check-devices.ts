import type { OsDevice } from '@strata/contract/catalogue.ts'
import type { NicModel } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'

import { checkBuses } from './check-buses.ts'
import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { isWindows } from './guest-family.ts'

/** Whether everything that is built in can be had here, and is known to the system. */
export function checkDevices(form: PartialForm, ground: CheckGround): Finding[] {
  return [
    ...checkBuses(form, ground),
    ...checkCards(form, ground),
    ...checkVideo(form, ground),
    ...checkBootOrder(form),
    ...checkAutostart(form, ground),
  ]
}

const cardDevices: Readonly<Record<NicModel, OsDevice>> = {
  virtio: 'virtio-net',
  e1000e: 'e1000e',
  e1000: 'e1000',
  rtl8139: 'rtl8139',
}

function checkCards({ nicModel, network, moreNics, driversMedia }: PartialForm, ground: CheckGround): Finding[] {
  const { os } = ground
  if (os === null) return []
  const known = new Set([...os.devices, ...(driversMedia == null ? [] : os.devicesWithDrivers)])
  // osinfo lists no card at all for some systems, and knows nothing then.
  const driven = (Object.keys(cardDevices) as NicModel[]).filter((model) => known.has(cardDevices[model]))
  const [best] = driven
  if (best === undefined) return []
  const unknown = (model: NicModel | undefined) =>
    model !== undefined &&
    !driven.includes(model) &&
    !(model === 'virtio' && isWindows(os.osId) && driversMedia != null)
  const message = (model: string) => say('create.noDriverOwnFor', { os: os.name, model })
  const first =
    unknown(nicModel) && nicModel !== undefined && network?.kind !== 'none'
      ? [warning('nicModel', message(nicModel), { suggestion: { nicModel: best } })]
      : []
  const more = (moreNics ?? []).flatMap(({ model }, index) =>
    unknown(model)
      ? [
          warning('moreNics', message(model), {
            part: index,
            suggestion: {
              moreNics: (moreNics ?? []).map((each, at) => (at === index ? { ...each, model: best } : each)),
            },
          }),
        ]
      : [],
  )
  return [...first, ...more]
}

function checkVideo({ video, machineType, source, osId }: PartialForm, { room }: CheckGround): Finding[] {
  if (video === undefined) return []
  const { videos } = room.abilities.of(machineType)
  const [best] = videos
  if (!videos.includes(video)) {
    return [
      stopping('video', 'unsupported', say('create.screenCannotSuchMachine', { video }), {
        suggestion: best === undefined ? null : { video: best },
      }),
    ]
  }
  if (machineType === 'virt' && (video === 'vga' || video === 'qxl') && videos.includes('virtio')) {
    return [
      warning('video', say('create.architectureGuestsHangOr', { video }), {
        suggestion: { video: 'virtio' },
      }),
    ]
  }
  const isByHand = source?.kind === 'iso' && source.installs === 'by-hand'
  if (video !== 'none' || !(isByHand || isWindows(osId))) return []
  return [
    warning('video', say('create.withoutScreenOnlyWhat'), {
      suggestion: videos.includes('vga') ? { video: 'vga' } : null,
    }),
  ]
}

function checkBootOrder({ bootOrder, source, network, moreNics }: PartialForm): Finding[] {
  if (bootOrder === undefined) return []
  if (bootOrder.length === 0)
    return [
      warning('bootOrder', say('create.nothingBootOrderDisk'), {
        suggestion: { bootOrder: ['disk', 'cdrom'] },
      }),
    ]
  if (new Set(bootOrder).size < bootOrder.length)
    return [
      warning('bootOrder', say('create.somethingTwiceBootOrder'), {
        suggestion: { bootOrder: [...new Set(bootOrder)] },
      }),
    ]
  if (source?.kind === 'network-boot' && !bootOrder.includes('network')) {
    const suggestion = { bootOrder: ['network' as const, ...bootOrder] }
    return [warning('bootOrder', say('create.machineBootNetworkNot'), { suggestion })]
  }
  if (source?.kind === 'iso' && source.installs === 'by-hand' && !bootOrder.includes('cdrom')) {
    const suggestion = { bootOrder: [...bootOrder, 'cdrom' as const] }
    return [warning('bootOrder', say('create.cdNotBootOrder'), { suggestion })]
  }
  const hasCard =
    network === undefined || [network, ...(moreNics ?? []).map((nic) => nic.source)].some(({ kind }) => kind !== 'none')
  if (!bootOrder.includes('network') || hasCard) return []
  return [warning('bootOrder', say('create.machineNoNetworkCard'))]
}

function checkAutostart({ autostart }: PartialForm, { room }: CheckGround): Finding[] {
  if (autostart !== true || room.scope !== 'session') return []
  return [warning('autostart', say('create.yourOwnMachinesStart'))]
}
