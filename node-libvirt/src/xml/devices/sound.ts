import { oneOf, text } from '../codec.ts'
import { list, part } from '../composition.ts'
import { property } from '../property.ts'
import { xmlObject } from '../xml-object.ts'
import { DeviceAddress } from './address.ts'

export class SoundCodec extends xmlObject({
  type: property('./@type', oneOf('duplex', 'micro', 'output')),
}) {}

export class DomainSound extends xmlObject({
  model: property('./@model', oneOf('ich9', 'ich6', 'ich7', 'ac97', 'es1370', 'sb16', 'pcspk', 'usb', 'virtio')),
  codecs: list('./codec', SoundCodec),
  audioId: property('./audio/@id', text),
  alias: property('./alias/@name', text),
  address: part('./address', DeviceAddress),
}) {}

/** The host's end that a sound device plays to. */
export class DomainAudio extends xmlObject({
  id: property('./@id', text),
  type: property(
    './@type',
    oneOf('none', 'alsa', 'coreaudio', 'dbus', 'jack', 'oss', 'pulseaudio', 'sdl', 'spice', 'file'),
  ),
}) {}
