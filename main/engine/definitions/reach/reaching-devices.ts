import { attribute, device, inside, network, reads, runs, typeOf, writes, type ReachingElement } from './outside.ts'

export const hostDevice: ReachingElement = (element) =>
  Promise.resolve([device(`gets a device of this computer (${typeOf(element) || attribute(element, 'mode')})`)])

export const folder: ReachingElement = (element) => {
  const source = element.elements.find(({ name }) => name === 'source')
  const path = ['dir', 'file', 'dev', 'name', 'socket'].flatMap((name) => source?.getAttribute(name) ?? [])[0] ?? ''
  const isReadOnly = element.elements.some(({ name }) => name === 'readonly')
  return Promise.resolve([
    {
      kind: isReadOnly ? 'reads' : 'writes',
      what: `gives the guest the folder ${path} of this computer${isReadOnly ? ' to read' : ''}`,
    },
  ])
}

export const audio: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === '' || type === 'none' || type === 'spice') return Promise.resolve(inside)
  if (type === 'file') return Promise.resolve([writes(attribute(element, 'path') || 'a sound file')])
  return Promise.resolve([device('hears and speaks through this computer’s sound devices')])
}

export const tpmBackend: ReachingElement = (element) =>
  Promise.resolve(
    typeOf(element) === 'emulator' ? inside : [device(`gets a TPM of this computer (${typeOf(element)})`)],
  )

export const tpmSource: ReachingElement = (element) => {
  const path = attribute(element, 'path')
  return Promise.resolve([writes(path)])
}

const randomSources = new Set(['/dev/urandom', '/dev/random', '/dev/hwrng'])

export const rngBackend: ReachingElement = (element) => {
  const model = attribute(element, 'model')
  if (model === 'builtin') return Promise.resolve(inside)
  if (model !== 'random') return Promise.resolve([network(`takes random numbers from another program (${model})`)])
  const path = element.text.trim()
  return Promise.resolve(path === '' || randomSources.has(path) ? inside : [reads(path)])
}

export const redirected: ReachingElement = (element) =>
  Promise.resolve(typeOf(element) === 'spicevmc' ? inside : [network(`redirects a USB device by ${typeOf(element)}`)])

/** A label that the driver makes up keeps machines apart; any other is somebody's choice. */
export const securityLabel: ReachingElement = (element) => {
  const type = typeOf(element)
  if (type === 'dynamic' && element.elements.length === 0 && element.getAttribute('relabel') !== 'no')
    return Promise.resolve(inside)
  const what =
    type === 'none' ? 'runs without the shield between machines and this computer' : 'chooses its own security label'
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
      : [{ kind: 'writes', what: 'writes its memory to this computer’s disk when it crashes' }],
  )

export const input: ReachingElement = (element) =>
  Promise.resolve(
    ['mouse', 'tablet', 'keyboard'].includes(typeOf(element))
      ? inside
      : [device('reads what is typed or pointed at on this computer itself')],
  )

export const sharedMemory: ReachingElement = () =>
  Promise.resolve([device('shares memory with other machines and programs of this computer')])

export const hostSocket: ReachingElement = () =>
  Promise.resolve([network('may talk to programs of this computer past every network')])
