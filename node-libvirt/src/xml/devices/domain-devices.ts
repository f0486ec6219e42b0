import { oneOf, text } from '../codec.ts'
import { list, part } from '../composition.ts'
import { flag, property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DomainChannel, DomainConsole, DomainParallel, DomainSerial } from './character-device.ts'
import { DomainController } from './controller.ts'
import { DomainDisk } from './disk.ts'
import { DomainFilesystem } from './filesystem.ts'
import { DomainGraphics } from './graphics.ts'
import { DomainHostDevice } from './host-device.ts'
import { DomainInput } from './input.ts'
import { DomainInterface } from './interface.ts'
import { DomainMemoryBalloon } from './memory-balloon.ts'
import { DomainRedirectedDevice } from './redirected-device.ts'
import { DomainRng } from './rng.ts'
import { DomainAudio, DomainSound } from './sound.ts'
import { DomainTpm } from './tpm.ts'
import { DomainVideo } from './video.ts'
import { DomainWatchdog } from './watchdog.ts'

/** All that is built into a machine, a list a kind. */
export class DomainDevices extends xmlObject({
  emulator: property('./emulator', text),
  disks: list('./disk', DomainDisk),
  interfaces: list('./interface', DomainInterface),
  graphics: list('./graphics', DomainGraphics),
  videos: list('./video', DomainVideo),
  channels: list('./channel', DomainChannel),
  consoles: list('./console', DomainConsole),
  serials: list('./serial', DomainSerial),
  parallels: list('./parallel', DomainParallel),
  controllers: list('./controller', DomainController),
  inputs: list('./input', DomainInput),
  rngs: list('./rng', DomainRng),
  hasMemoryBalloon: flag('./memballoon'),
  memoryBalloon: part('./memballoon', DomainMemoryBalloon),
  sounds: list('./sound', DomainSound),
  audios: list('./audio', DomainAudio),
  tpms: list('./tpm', DomainTpm),
  hostDevices: list('./hostdev', DomainHostDevice),
  filesystems: list('./filesystem', DomainFilesystem),
  watchdogs: list('./watchdog', DomainWatchdog),
  redirectedDevices: list('./redirdev', DomainRedirectedDevice),
  vsockAddress: property('./vsock/cid/@address', text),
  panicModel: property('./panic/@model', oneOf('isa', 'pseries', 'hyperv', 's390', 'pvpanic')),
  iommuModel: property('./iommu/@model', oneOf('intel', 'smmuv3', 'virtio')),
}) {}
