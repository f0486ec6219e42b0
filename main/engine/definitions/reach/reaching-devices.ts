import { say } from '@strata/contract/words/say.ts'

import { attribute, device, inside, network, reads, runs, typeOf, writes, type ReachingElement } from './outside.ts'

export const hostDevice: ReachingElement = (element) =>
  Promise.resolve([
    device(say('definitions.getsDeviceComputer2', { type: typeOf(element) || attribute(element, 'mode') })),
  ])

export const folder: ReachingElement = (element) => {
  const source = element.elements.find(({ name }) => name === 'source')
  const path = ['dir', 'file', 'dev', 'name', 'socket'].flatMap((name) => source?.getAttribute(name) ?? [])[0] ?? ''
  const isReadOnly = element.elements.some(({ name }) => name === 'readonly')
  return Promise.resolve([
    {
      kind: isReadOnly ? 'reads' : 'writes',
      what: isReadOnly
        ? say('definitions.givesGuestFolderComputer', { path })
        : say('definitions.givesGuestFolderComputer2', { path }),
    },
  ])
}

export const audio: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === '' || type === 'none' || type === 'spice') return Promise.resolve(inside)
  if (type === 'file') return Promise.resolve([writes(attribute(element, 'path') || say('definitions.soundFile'))])
  return Promise.resolve([device(say('definitions.hearsSpeaksThroughComputers'))])
}

export const tpmBackend: ReachingElement = (element) =>
  Promise.resolve(
    typeOf(element) === 'emulator' ? inside : [device(say('definitions.getsTpmComputer', { type: typeOf(element) }))],
  )

export const tpmSource: ReachingElement = (element) => {
  const path = attribute(element, 'path')
  return Promise.resolve([writes(path)])
}

const randomSources = new Set(['/dev/urandom', '/dev/random', '/dev/hwrng'])

export const rngBackend: ReachingElement = (element) => {
  const model = attribute(element, 'model')
  if (model === 'builtin') return Promise.resolve(inside)
  if (model !== 'random') return Promise.resolve([network(say('definitions.takesRandomNumbersAnother', { model }))])
  const path = element.text.trim()
  return Promise.resolve(path === '' || randomSources.has(path) ? inside : [reads(path)])
}

export const redirected: ReachingElement = (element) =>
  Promise.resolve(
    typeOf(element) === 'spicevmc'
      ? inside
      : [network(say('definitions.redirectsUsbDevice', { type: typeOf(element) }))],
  )

/** A label that the driver makes up keeps machines apart; any other is somebody's choice. */
export const securityLabel: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === 'dynamic' && element.elements.length === 0 && element.getAttribute('relabel') !== 'no')
    return Promise.resolve(inside)
  const what =
    type === 'none' ? say('definitions.runsWithoutShieldBetween') : say('definitions.choosesOwnSecurityLabel')
  return Promise.resolve([{ kind: 'confinement', what }])
}

export const emulator: ReachingElement = (element) => {
  const path = element.text.trim()
  const isQemu = path === '' || /^\/usr\/(?:local\/)?(?:bin|libexec)\/(?:qemu-system-[\w-]+|qemu-kvm|kvm)$/.test(path)
  return Promise.resolve(isQemu ? inside : [runs(path)])
}

export const crash: ReachingElement = (element) =>
  Promise.resolve(
    /^(destroy|restart|preserve|rename-restart)$/.test(element.text.trim())
      ? inside
      : [{ kind: 'writes', what: say('definitions.writesMemoryComputersDisk') }],
  )

export const input: ReachingElement = (element) =>
  Promise.resolve(
    ['mouse', 'tablet', 'keyboard'].includes(typeOf(element)) ? inside : [device(say('definitions.readsWhatTypedOr'))],
  )

export const sharedMemory: ReachingElement = () =>
  Promise.resolve([device(say('definitions.sharesMemoryOtherMachines'))])

export const hostSocket: ReachingElement = () => Promise.resolve([network(say('definitions.mayTalkProgramsComputer'))])
