import type { DomainDevices } from 'node-libvirt/xml'

import type { ScreenListener, SettledMachine } from './definition.ts'
import { knowsUsb3 } from '../form/guest-family.ts'

type Wanted = SettledMachine['wanted']

/** The most that one controller has. A hub, which libvirt adds where there are too few, is one more thing between. */
const usbPorts = 15

/** The screen and what belongs before it. Without a video card there is only the serial console. */
export function addScreen({ graphics, videos, inputs }: DomainDevices, wanted: Wanted, screen: ScreenListener): void {
  videos.add({ model: wanted.video })
  if (wanted.video === 'none') return
  if (screen.kind === 'socket') graphics.add({ type: 'vnc', listens: [{ type: 'socket' }] })
  else
    graphics.add({
      type: 'vnc',
      port: -1,
      autoPort: true,
      password: screen.password,
      listens: [{ type: 'address', address: '127.0.0.1' }],
    })
  // An absolute pointer: the guest's follows the window's without being caught.
  inputs.add({ type: 'tablet', bus: 'usb' })
  // A PC has a keyboard by itself.
  if (wanted.machineType === 'virt') inputs.add({ type: 'keyboard', bus: 'usb' })
}

export function addSound({ sounds }: DomainDevices, { sound }: Wanted): void {
  if (sound !== 'none') sounds.add({ model: sound })
}

export function addParavirtualDevices(devices: DomainDevices, wanted: Wanted): void {
  // Where none is named libvirt adds controllers of the time before USB 3.
  if (knowsUsb3(wanted.osId)) devices.controllers.add({ type: 'usb', model: 'qemu-xhci', ports: usbPorts })
  devices.serials.add({ type: 'pty' })
  devices.consoles.add({ type: 'pty', targetType: 'serial' })
  if (wanted.agentChannel) devices.channels.add({ type: 'unix', targetType: 'virtio', name: 'org.qemu.guest_agent.0' })
  if (wanted.rng) devices.rngs.add({ model: 'virtio', backendModel: 'random', backendPath: '/dev/urandom' })
  devices.memoryBalloon.model = 'virtio'
  devices.memoryBalloon.statsPeriodSeconds = 2 // without a period the guest reports nothing from inside
}
